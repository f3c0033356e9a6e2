#pragma once

#include "app/http/PreparedRequest.h"

#include <QLineEdit>

namespace keydesk {

class Redactor;

/// The URL with its {{variables}} marked, those without a value as such; what it comes out as is shown on
/// hover.
class UrlField : public QLineEdit
{
    Q_OBJECT

public:
    explicit UrlField(const Redactor &redactor, QWidget *parent = nullptr);

    void setContext(const QUrl &baseUrl, const VariableSources &variables, const QList<NameValue> &pathParts = {});
    /// The whole URL with variables filled in, known tokens redacted; or why it cannot be used.
    [[nodiscard]] QString resolved() const;

protected:
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void mark();

    const Redactor &m_redactor;
    QUrl m_baseUrl;
    VariableSources m_variables;
    QList<NameValue> m_pathParts;
    bool m_marking = false;
};

} // namespace keydesk
