#pragma once

#include "app/base/Error.h"
#include "app/catalogue/Catalogue.h"

#include <QByteArray>

namespace keydesk {

/// A larger catalogue file is refused (bytes).
inline constexpr qsizetype catalogueFileLimit = 64 * 1024 * 1024;

/// Reads a catalogue file (resources/providers/catalogues, data/catalogues). Texts that repeat are shared.
/// The Error names the field, or line and column.
Result<Catalogue> readCatalogue(const QByteArray &json);
/// The same, to be read back.
QByteArray writeCatalogue(const Catalogue &catalogue);

} // namespace keydesk
