#include "ui/console/PromptDialog.h"

#include "app/base/Redactor.h"
#include "app/history/HistoryStore.h"
#include "ui/theme/Theme.h"

#include <QBoxLayout>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace keydesk {

PromptDialog::PromptDialog(Purpose purpose, const RequestSpec &request, const HttpOptions &options, const Redactor &redactor, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(purpose == Purpose::Code ? tr("Copy as Code") : tr("Before It Is Sent"));
    const QString name = request.name.isEmpty() ? redactor.redactText(requestLabel(request.method, request.url)) : request.name;
    auto *title = new QLabel(options.prompts.isEmpty() ? tr("Send “%1”?").arg(name) : tr("“%1” asks for values.").arg(name));
    title->setTextFormat(Qt::PlainText);
    title->setWordWrap(true);
    title->setFont(theme::titleFont(font()));
    auto *why = new QLabel(options.prompts.isEmpty()  ? tr("Its file says that it is to be asked before (@note).")
                           : purpose == Purpose::Code ? tr("They will stand in the code.")
                                                      : tr("They are used for this call and kept nowhere."));
    why->setForegroundRole(QPalette::PlaceholderText);
    why->setWordWrap(true);

    auto *form = new QFormLayout;
    form->setHorizontalSpacing(theme::groupGap);
    form->setVerticalSpacing(theme::gap);
    for (const HttpPrompt &prompt : options.prompts) {
        auto *field = new QLineEdit;
        field->setMinimumWidth(fontMetrics().averageCharWidth() * 40);
        field->setPlaceholderText(prompt.description);
        field->setAccessibleDescription(prompt.description);
        auto *label = new QLabel(prompt.name);
        label->setTextFormat(Qt::PlainText);
        label->setBuddy(field);
        field->setAccessibleName(prompt.name);
        // As the REST Client has it: what is named so is not shown.
        if (prompt.name.compare("password"_L1, Qt::CaseInsensitive) == 0 || prompt.name.compare("passwd"_L1, Qt::CaseInsensitive) == 0)
            field->setEchoMode(QLineEdit::Password);
        form->addRow(label, field);
        m_fields.insert(prompt.name, field);
    }

    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false); // Return is for the other one
    auto *send = new QPushButton(purpose == Purpose::Code ? tr("Continue") : tr("Send"));
    send->setProperty("primary", true);
    send->setDefault(true);
    connect(send, &QPushButton::clicked, this, &QDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(send);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(title);
    layout->addWidget(why);
    layout->addLayout(form);
    layout->addStretch(1);
    layout->addLayout(buttons);
    if (!options.prompts.isEmpty())
        m_fields.value(options.prompts.constFirst().name)->setFocus();
}

void PromptDialog::ask(QWidget &page, Purpose purpose, const RequestSpec &request, const CallContext &context, const Redactor &redactor,
                       const std::function<void(const CallContext &)> &work)
{
    if (page.findChild<PromptDialog *>())
        return;
    auto *dialog = new PromptDialog(purpose, request, context.options, redactor, &page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, &page, [dialog, context, work] {
        CallContext filled = context;
        filled.sources.literals = dialog->values();
        work(filled);
    });
    dialog->open();
}

QHash<QString, QString> PromptDialog::values() const
{
    QHash<QString, QString> values;
    for (auto field = m_fields.cbegin(); field != m_fields.cend(); ++field)
        values.insert(field.key(), field.value()->text());
    return values;
}

} // namespace keydesk
