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

Q_SIGNALS:
    /// A curl command was pasted or dropped here. It is not in the field.
    void curlPasted(const QString &text);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    bool takeCurl(const QString &text);
    void pasteOrTakeCurl();

    const Redactor &m_redactor;
    const VariableHints &m_hints;
    QUrl m_baseUrl;
    QList<NameValue> m_pathParts;
};

} // namespace keydesk
