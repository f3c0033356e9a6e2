#pragma once

#include "app/http/VariableNames.h"

#include <QHash>
#include <QObject>
#include <QTextLayout>

#include <functional>

class QKeyEvent;
class QLineEdit;
class QPalette;
class QWidget;

namespace keydesk {

class Redactor;

/// What the {{variables}} in a request's fields stand for, for all of its fields: which of them have a value
/// (their colours), and on hover the value or why there is none. Secrets are dots, known ones too.
class VariableHints : public QObject
{
    Q_OBJECT

public:
    explicit VariableHints(const Redactor &redactor, QObject *parent = nullptr);

    void setSources(const VariableSources &sources);
    /// The same sources with these answers of earlier requests.
    void setAnswers(const std::shared_ptr<const NamedAnswers> &answers);
    [[nodiscard]] const VariableSources &sources() const { return m_sources; }

    /// The colours of the variables in a line; those without a value are underlined, too. A line over
    /// `longestMarked` characters has none.
    [[nodiscard]] QList<QTextLayout::FormatRange> formats(const QString &line, const QPalette &palette) const;
    static constexpr qsizetype longestMarked = 10'000;

    /// A line for each variable in `text`, not for more than `mostExplained`: "{{host}}: example.com". Empty
    /// if there is none. Where `fieldName` is that of a credential ("Authorization"), values are dots.
    [[nodiscard]] QString words(const QString &text, const QString &fieldName = {}) const;
    static constexpr int mostExplained = 12;
    /// The same for the one variable that stands at a position of a line.
    [[nodiscard]] QString wordsAt(const QString &line, qsizetype position) const;

    /// Marks them in a field from now on. `tip`, or their words, is shown on hover and by Shift+F1.
    void follow(QLineEdit &field, const std::function<QString()> &tip = {});
    /// Shows words as a tool tip; nothing if they are empty.
    static void show(const QPoint &globalPlace, const QString &words, QWidget &over);
    /// Shift+F1: what is at the cursor is to be explained.
    static bool isAsked(const QKeyEvent &event);

Q_SIGNALS:
    void changed(); ///< what they stand for

private:
    [[nodiscard]] bool isKnown(const QString &name) const;
    [[nodiscard]] QString wordsOf(const QString &name, bool isCredential) const;

    const Redactor &m_redactor;
    VariableSources m_sources;
    mutable QHash<QString, bool> m_known; // asked for at each paint
};

} // namespace keydesk
