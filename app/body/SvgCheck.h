#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace keydesk {

/// Why a drawing is not given to Qt's SVG, which would follow it too far: it is not well-formed, refers to
/// other files, holds pictures, nests too deep, or grows by its own references to more than can be drawn (a
/// few hundred bytes may stand for billions of elements). None: it may be drawn. Nothing is read outside of
/// it.
std::optional<QString> problemWithSvg(const QByteArray &svg);

} // namespace keydesk
