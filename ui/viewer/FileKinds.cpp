#include "ui/viewer/FileKinds.h"

#include "ui/viewer/ImagePane.h"
#include "ui/viewer/JsonView.h"

#include <QCoreApplication>

namespace keydesk {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("FileKinds", text);
}

} // namespace

std::vector<FileKind> fileKinds()
{
    return {
        {tr("Image"), &ImagePane::fits, [] { return new ImagePane; }},
        {tr("JSON"), &JsonView::fits, [] { return new JsonView; }},
    };
}

} // namespace keydesk
