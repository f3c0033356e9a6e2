#include "ui/viewer/FileKinds.h"

#include "ui/viewer/CsvPane.h"
#include "ui/viewer/ImagePane.h"
#include "ui/viewer/JsonView.h"
#include "ui/viewer/MarkupPane.h"

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
        {tr("Table"), &CsvPane::fits, [] { return new CsvPane; }},
        {tr("Image"), &ImagePane::fits, [] { return new ImagePane; }},
        {tr("JSON"), &JsonView::fits, [] { return new JsonView; }},
        {tr("Pretty"), &MarkupPane::fits, [] { return new MarkupPane; }},
    };
}

} // namespace keydesk
