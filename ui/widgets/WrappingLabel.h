#pragma once

#include <QHash>
#include <QLabel>

namespace keydesk {

/// A label with wrapped text that remembers how high it is at which width. Layouts ask a dozen times in a
/// row, and QLabel lays its text out anew each time, which for text that can be selected costs more than all
/// else in a page.
class WrappingLabel : public QLabel
{
public:
    explicit WrappingLabel(const QString &text = {}, QWidget *parent = nullptr);

    int heightForWidth(int width) const override;

protected:
    bool event(QEvent *event) override;

private:
    mutable QString m_measuredText;
    mutable Qt::TextFormat m_measuredFormat = Qt::AutoText;
    mutable QHash<int, int> m_heights;
};

} // namespace keydesk
