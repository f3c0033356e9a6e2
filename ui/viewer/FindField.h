#pragma once

#include "ui/viewer/FilePane.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace keydesk {

/// Finds in a text of any size as one types: case, whole words, regular expression; next and previous, and
/// how many there are while they are counted. Escape ends the search.
class FindField : public QWidget
{
    Q_OBJECT

public:
    /// `target` lives as long as it is searched.
    FindField(FindTarget &target, QWidget *parent = nullptr);

    void setTarget(FindTarget &target);
    /// Its text is another, or more of the same; what is selected stays.
    void restart();
    void extend() { m_search.extend(); }
    void open();
    void close();
    void step(bool forward);
    [[nodiscard]] const TextSearch &search() const { return m_search; }

Q_SIGNALS:
    void closed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void start();
    void addPart(FindTarget::Part part, const QString &name);
    void showFound();
    void showCount();
    void showMatch(const TextMatch &match);
    [[nodiscard]] TextQuery query() const;

    FindTarget *m_target;
    TextSearch m_search;
    QLineEdit *m_field;
    QToolButton *m_case;
    QToolButton *m_words;
    QToolButton *m_pattern;
    QToolButton *m_parts; // what is searched
    FindTarget::Part m_part = FindTarget::Part::Both;
    QLabel *m_count;
    qint64 m_from = 0;        // where the search began
    bool m_shownFirst = true; // the first match has been gone to
    QTimer m_startSoon;       // not at every key of a word
};

} // namespace keydesk
