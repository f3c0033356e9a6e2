#pragma once

#include "app/http/RequestSpec.h"

#include <QLineEdit>
#include <QUrl>

namespace keydesk {

class Redactor;
class VariableHints;

/// The URL with its {{variables}} marked, those without a value as such; what it comes out as is shown on
/// hover.
class UrlField : public QLineEdit
{
    Q_OBJECT

public:
    /// `hints` knows the variables.
    UrlField(const Redactor &redactor, VariableHints &hints, QWidget *parent = nullptr);

    void setContext(const QUrl &baseUrl, const QList<NameValue> &pathParts);
    /// The whole URL with variables filled in, known tokens redacted; or why it cannot be used.
    [[nodiscard]] QString resolved() const;

private:
    const Redactor &m_redactor;
    const VariableHints &m_hints;
    QUrl m_baseUrl;
    QList<NameValue> m_pathParts;
};

} // namespace keydesk
