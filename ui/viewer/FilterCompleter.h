#pragma once

#include "app/filter/FilterLanguage.h"

#include <QObject>
#include <QStringListModel>

#include <functional>

class QCompleter;
class QLineEdit;

namespace keydesk {

/// Offers the names of members while one is typed in an expression, and the expressions used before at the
/// arrow down. Enter or Tab takes the one that is chosen, Escape closes the list.
class FilterCompleter : public QObject
{
    Q_OBJECT

public:
    using Source = std::function<QStringList()>;
    using Language = std::function<FilterLanguage()>;

    /// `field` owns this. `language` is that of what is typed; the sources are asked when a list opens.
    FilterCompleter(QLineEdit &field, Language language, Source names, Source history);

Q_SIGNALS:
    void expressionTaken(); ///< one that was used before

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    /// The name that is being typed: it ends at the cursor.
    struct Typed
    {
        int begin = 0;
        QString text;
    };

    [[nodiscard]] std::optional<Typed> typed() const;
    void offerNames();
    void offerHistory();
    void offer(const QStringList &choices);
    void take(const QString &choice);
    void takeName(const Typed &typed, QString name);

    QLineEdit &m_field;
    const Language m_language;
    const Source m_names;
    const Source m_history;
    QStringListModel m_choices;
    QCompleter *m_completer;
    bool m_isHistory = false;
};

} // namespace keydesk
