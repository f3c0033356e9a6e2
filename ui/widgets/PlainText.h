#pragma once

#include <QLabel>
#include <QMessageBox>

namespace keydesk {

/// Every text of the box as it is, names with markup in them too. QMessageBox::setTextFormat leaves out the
/// informative text. To be called once the texts are set.
inline void showPlainText(QMessageBox &box)
{
    for (QLabel *label : box.findChildren<QLabel *>())
        label->setTextFormat(Qt::PlainText);
}

} // namespace keydesk
