#pragma once

#include "app/calls/CallContext.h"

#include <QDialog>
#include <QHash>

#include <functional>

class QLineEdit;

namespace keydesk {

class Redactor;

/// Asks for what a request's file wants to be asked for before it is sent, or written as code: values
/// (`# @prompt name`), or just whether to (`# @note`).
class PromptDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Purpose { Sending, Code };

    PromptDialog(Purpose purpose, const RequestSpec &request, const HttpOptions &options, const Redactor &redactor, QWidget *parent = nullptr);

    /// Opens one over `page`, unless there is one, and gives the context with the values to `work`.
    static void ask(QWidget &page, Purpose purpose, const RequestSpec &request, const CallContext &context, const Redactor &redactor,
                    const std::function<void(const CallContext &)> &work);

    [[nodiscard]] QHash<QString, QString> values() const;

private:
    QHash<QString, QLineEdit *> m_fields;
};

} // namespace keydesk
