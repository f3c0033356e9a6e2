#pragma once

#include <QStackedWidget>

namespace keydesk {

/// A stack of pages that fill whatever room there is. Without this, a layout lays out every wrapped label of every page, shown or not, again and
/// again to find a height that nobody uses.
class PageStack : public QStackedWidget
{
public:
    using QStackedWidget::QStackedWidget;

    bool hasHeightForWidth() const override { return false; }
};

} // namespace keydesk
