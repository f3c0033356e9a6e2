#include "ui/viewer/FilePane.h"

namespace keydesk {

FilePane::FilePane(QWidget *parent)
    : QWidget(parent)
{
}

void FilePane::setGrowing(bool) {}

FindTarget *FilePane::findTarget()
{
    return nullptr;
}

std::optional<qint64> FilePane::caret() const
{
    return {};
}

QStringList FilePane::place() const
{
    return {};
}

QStringList FilePane::facts() const
{
    return {};
}

bool FilePane::readsText() const
{
    return true;
}

} // namespace keydesk
