#pragma once

#include "ui/theme/Theme.h"

#include <QFrame>
#include <QList>
#include <QStringList>

#include <functional>
#include <memory>

class QPushButton;
class QVBoxLayout;

namespace keydesk {

class IconView;
class RoleLabel;

/// A rounded box with a hairline, for a few facts that belong together.
class Card : public QFrame
{
    Q_OBJECT

public:
    explicit Card(QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
};

/// One fact of a card: an icon for its kind, words for its meaning, perhaps a small button.
struct Fact
{
    QString icon = {};
    theme::Role iconInk = theme::Role::SecondText;
    QString text = {};
    theme::Role ink = theme::Role::Text;
    QStringList codes = {};  ///< parts of the text to set in the fixed-pitch font
    QString buttonText = {}; ///< empty: no button
    std::function<void()> pressed = {};
};

/// A card of facts, one a line; hidden while it has none. Changes are told to screen readers.
class FactsCard : public Card
{
    Q_OBJECT

public:
    explicit FactsCard(const QString &accessibleName, QWidget *parent = nullptr);

    void setFacts(const QList<Fact> &facts);
    /// All lines, one an entry, as they are read aloud.
    [[nodiscard]] QStringList texts() const;

private:
    struct Row
    {
        QWidget *widget;
        IconView *icon;
        RoleLabel *label;
        QPushButton *button;
        std::function<void()> pressed;
    };
    void addRow();

    QVBoxLayout *m_column;
    QList<std::shared_ptr<Row>> m_rows;
    QStringList m_texts;
};

} // namespace keydesk
