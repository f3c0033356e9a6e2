#include "ui/setup/CredentialFields.h"

#include "ui/setup/RoleLabel.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLineEdit>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

RoleLabel *labelFor(const QString &text, QWidget *field)
{
    auto *label = new RoleLabel;
    label->setText(text);
    label->setTextInteractionFlags(Qt::NoTextInteraction);
    label->setBuddy(field);
    field->setAccessibleName(text);
    return label;
}

/// RFC 6749 appendix A.4: visible ASCII without quotes and backslashes.
bool isScope(const QString &text)
{
    return std::all_of(text.begin(), text.end(),
                       [](QChar c) { return c >= u' ' && c <= u'~' && c != u'"' && c != u'\\'; });
}

bool hasControl(const QString &text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c.category() == QChar::Other_Control; });
}

} // namespace

CredentialFields::CredentialFields(QWidget *parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(theme::gap);
    m_user = add(*m_column, tr("User name"), {});
    m_tokenUrl = add(*m_column, tr("Token URL"), u"https://auth.example.com/oauth/token"_s);
    m_clientId = add(*m_column, tr("Client ID"), {});
    auto *pair = new QHBoxLayout;
    pair->setSpacing(theme::gap);
    m_column->addLayout(pair);
    const auto half = [pair] {
        auto *column = new QVBoxLayout;
        column->setSpacing(theme::gap);
        pair->addLayout(column, 1);
        return column;
    };
    m_scope = add(*half(), tr("Scope (optional)"), u"read write"_s);
    m_audience = add(*half(), tr("Audience (optional)"), u"https://api.example.com"_s);
    addMethod();
}

CredentialFields::Field CredentialFields::add(QBoxLayout &column, const QString &label, const QString &example)
{
    auto *edit = new QLineEdit;
    edit->setPlaceholderText(example);
    edit->setMaxLength(2000);
    auto *words = labelFor(label, edit);
    auto *problem = new FieldProblem(edit);
    for (QWidget *each : std::initializer_list<QWidget *>{words, edit, problem})
        column.addWidget(each);
    column.addStretch(1); // beside a field with a problem below it
    connect(edit, &QLineEdit::textEdited, problem, &FieldProblem::clear);
    connect(edit, &QLineEdit::textEdited, this, &CredentialFields::edited);
    return {words, edit, problem};
}

void CredentialFields::addMethod()
{
    m_method = new QComboBox;
    m_method->addItems({tr("In the header (HTTP Basic)"), tr("In the body")});
    m_method->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_method->setMinimumContentsLength(12); // large type must not widen the page
    m_methodLabel = labelFor(tr("How client ID and secret are sent"), m_method);
    m_column->addWidget(m_methodLabel);
    m_column->addWidget(m_method);
    connect(m_method, &QComboBox::activated, this, &CredentialFields::edited);
}

void CredentialFields::show(SetupDraft::SentAs sentAs, const TokenKind &kind)
{
    using SentAs = SetupDraft::SentAs;
    m_sentAs = sentAs;
    const bool oauth = sentAs == SentAs::OAuth;
    setVisible(oauth || sentAs == SentAs::Basic);
    if (oauth && m_filledFor != kind.id) {
        m_filledFor = kind.id;
        if (!kind.tokenUrl.isEmpty())
            m_tokenUrl.edit->setText(kind.tokenUrl);
        if (!kind.oauthScope.isEmpty())
            m_scope.edit->setText(kind.oauthScope);
    }
    const auto setShown = [](const Field &field, bool shown) {
        field.problem->clear();
        field.label->setVisible(shown);
        field.edit->setVisible(shown);
    };
    setShown(m_user, sentAs == SentAs::Basic);
    for (const Field &field : {m_tokenUrl, m_clientId, m_scope, m_audience})
        setShown(field, oauth);
    m_methodLabel->setVisible(oauth);
    m_method->setVisible(oauth);
}

QString CredentialFields::userName() const
{
    return m_user.edit->text();
}

OAuthClient CredentialFields::client() const
{
    return {QUrl(m_tokenUrl.edit->text().trimmed(), QUrl::StrictMode), m_clientId.edit->text().trimmed(),
            m_scope.edit->text().simplified(), m_audience.edit->text().trimmed(), m_method->currentIndex() == 1};
}

bool CredentialFields::check()
{
    const auto complain = [](const Field &field, const QString &problem) {
        if (!problem.isEmpty())
            field.problem->setText(problem);
        return problem.isEmpty();
    };
    if (m_sentAs == SetupDraft::SentAs::Basic) {
        if (userName().contains(u':'))
            return complain(m_user, tr("A user name cannot hold a colon: it is what separates it from the password."));
        return complain(m_user, hasControl(userName()) ? tr("The user name holds a control character.") : QString());
    }
    if (m_sentAs != SetupDraft::SentAs::OAuth)
        return true;
    const OAuthClient typed = client();
    return complain(m_tokenUrl, tokenUrlProblem(m_tokenUrl.edit->text())) &&
           complain(m_clientId, typed.clientId.isEmpty()      ? tr("Enter the client ID that the API gave you.")
                                : hasControl(typed.clientId) ? tr("The client ID holds a control character.")
                                                             : QString()) &&
           complain(m_scope, isScope(typed.scope) ? QString()
                                                  : tr("A scope is made of visible ASCII characters without quotes and "
                                                       "backslashes; several are separated by spaces."));
}

void CredentialFields::clear()
{
    for (const Field &field : {m_user, m_tokenUrl, m_clientId, m_scope, m_audience})
        field.edit->clear();
    m_method->setCurrentIndex(0);
    m_filledFor.clear();
}

QWidget *CredentialFields::firstField() const
{
    return m_sentAs == SetupDraft::SentAs::Basic   ? m_user.edit
           : m_sentAs == SetupDraft::SentAs::OAuth ? m_tokenUrl.edit
                                                   : nullptr;
}

} // namespace keydesk
