#pragma once

#include "app/http/VariableNames.h"

#include <QObject>
#include <QPointer>

#include <functional>
#include <optional>

class QCompleter;
class QModelIndex;
class QStandardItemModel;

namespace keydesk {

class Redactor;

/// Offers what may stand behind "{{" while it is typed, with its value beside it, in every text field of an area: its line edits (cells of
/// tables, too) and plain text edits, whenever one has the focus. Nothing pops up while no "{{" is open before the cursor. Enter or Tab
/// takes a name and closes the braces, Escape closes the list. Known secrets show as dots.
class VariableCompleter : public QObject
{
    Q_OBJECT

public:
    using Source = std::function<VariableSources()>;

    /// `area` owns this. `source` is asked when a list opens.
    VariableCompleter(QWidget &area, const Redactor &redactor, const Source &source);
    ~VariableCompleter() override;

    /// A field or a part of the area where {{…}} means nothing.
    static void leaveOut(QWidget &part);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    /// The text of a field around its cursor, on one line.
    struct Line
    {
        QString text;
        qsizetype cursor = 0;
    };
    /// What is typed behind an open "{{".
    struct Open
    {
        QString typed;
        qsizetype start = 0; ///< of it, in the line
        qsizetype end = 0;   ///< of the name that is replaced, with the braces that close it if they are there
    };

    void follow(QWidget *focused);
    [[nodiscard]] QWidget *fieldOf(QWidget *focused) const;
    [[nodiscard]] Line line() const;
    [[nodiscard]] static std::optional<Open> openIn(const Line &line);
    void offer();
    void hide();
    void take(const QModelIndex &index);
    void replace(const Open &open, const QString &text);
    void makeCompleter();

    QWidget &m_area;
    const Redactor &m_redactor;
    const Source m_source;
    std::optional<VariableSources> m_known; // while a list is open
    QPointer<QWidget> m_field;              // a line edit or a plain text edit
    QCompleter *m_completer = nullptr;      // made at the first "{{"
    QStandardItemModel *m_model = nullptr;  // with it
    bool m_isTaking = false;
};

} // namespace keydesk
