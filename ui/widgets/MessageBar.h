#pragma once

#include "ui/theme/Theme.h"

#include <QFrame>

class QAction;
class QHBoxLayout;
class QLabel;

namespace keydesk {

class IconView;

/// An inline message with selectable text, an icon and words for its level, actions, and a close button.
/// Announced to screen readers. Hidden while it has nothing to say. A later message replaces the earlier one.
class MessageBar : public QFrame
{
    Q_OBJECT

public:
    enum class Level { Info, Success, Caution, Danger };

    explicit MessageBar(QWidget *parent = nullptr);

    void show(Level level, const QString &text, const QList<QAction *> &actions = {});
    void clear();
    [[nodiscard]] QString text() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void removeButtons();

    theme::Role m_fill = theme::Role::NeutralFill;
    IconView *m_icon;
    QLabel *m_text;
    QHBoxLayout *m_actions;
};

} // namespace keydesk
