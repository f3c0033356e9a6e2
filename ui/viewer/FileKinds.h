#pragma once

#include "ui/viewer/FilePane.h"

#include <functional>

namespace keydesk {

/// What a file may be beside text and bytes.
struct FileKind
{
    QString name; ///< "Image", in the mode switch
    std::function<bool(const ShownFile &)> fits;
    std::function<FilePane *()> make; ///< when the first such file is shown
};

/// The first that fits is shown unless the text is wanted.
std::vector<FileKind> fileKinds();

} // namespace keydesk
