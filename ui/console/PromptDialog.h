#pragma once

#include "app/workspace/HttpRequest.h"

#include <QDialog>
#include <QHash>

class QLineEdit;

namespace keydesk {

class Redactor;

/// Asks for what a request's file wants to be asked for before it is sent: values (`# @prompt name`), or just whether to (`# @note`).
class PromptDialog : public QDialog
{
    Q_OBJECT

public:
    PromptDialog(const RequestSpec &request, const HttpOptions &options, const Redactor &redactor, QWidget *parent = nullptr);

    [[nodiscard]] QHash<QString, QString> values() const;

private:
    QHash<QString, QLineEdit *> m_fields;
};

} // namespace keydesk
