#include "ui/keys/CopyKeyDialog.h"

#include "app/keys/KeyService.h"
#include "ui/keys/CopyDialogParts.h"
#include "ui/keys/TimedReveal.h"
#include "ui/setup/Card.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/GrowToFit.h"
#include "ui/widgets/WrapLabel.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace keydesk {

CopyKeyDialog::CopyKeyDialog(const ApiKey &key, const Provider *provider, KeyService &service,
                             Clipboard &clipboard, QWidget *parent)
    : QDialog(parent)
    , m_key(key)
    , m_service(service)
    , m_clipboard(clipboard)
    , m_formats(new QListWidget)
    , m_variable(new QLineEdit(variableName(provider, key.kindId)))
    , m_variableProblem(new FieldProblem(m_variable))
    , m_line(new WrapLabel)
    , m_real(new QCheckBox(tr("Include the real value")))
    , m_reveal(new TimedReveal(service))
    , m_facts(new FactsCard(tr("What happened")))
    , m_save(new QPushButton(tr("Save to .env File…")))
    , m_copy(new QPushButton)
{
    setWindowTitle(tr("Copy Key"));
    auto *title = new RoleLabel(theme::Role::Text, RoleLabel::Size::Title);
    title->setText(tr("Copy “%1” as…").arg(key.name));
    auto *columns = new QHBoxLayout;
    columns->setSpacing(theme::groupGap);
    columns->addWidget(makeFormats());
    columns->addWidget(makeLine(), 1);
    auto *whole = new QVBoxLayout(this);
    m_size = new GrowToFit(*this);
    whole->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                              theme::dialogPadding);
    whole->setSpacing(theme::groupGap);
    whole->addWidget(title);
    whole->addLayout(columns, 1);
    whole->addWidget(makeButtons());
    setMinimumWidth(qBound(560, fontMetrics().averageCharWidth() * 78, 820));

    m_reveal->setKey(key);
    connect(m_formats, &QListWidget::currentRowChanged, this, &CopyKeyDialog::showLine);
    connect(m_variable, &QLineEdit::textEdited, this, &CopyKeyDialog::showLine);
    connect(m_real, &QCheckBox::toggled, this, &CopyKeyDialog::showLine);
    connect(m_reveal, &TimedReveal::failed, this, &CopyKeyDialog::tellFailure);
    connect(&m_clipboard, &Clipboard::countdown, this, [this](int seconds) {
        m_seconds = seconds;
        showFacts();
    });
    m_formats->setCurrentRow(0);
    m_formats->setFocus(Qt::OtherFocusReason);
    showLine();
}

CopyKeyDialog::~CopyKeyDialog() = default;

QWidget *CopyKeyDialog::makeFormats()
{
    for (const SnippetFormat each : snippetFormats()) {
        if (each == SnippetFormat::Header && m_key.oauth)
            continue; // its access token stands there, which nobody has for long
        addCopyFormat(*m_formats, snippetFormatName(each, m_key.placement), static_cast<int>(each));
    }
    m_formats->setAccessibleName(tr("Format"));
    return m_formats;
}

QWidget *CopyKeyDialog::makeLine()
{
    m_variable->setAccessibleName(tr("Variable name"));
    m_variable->setFont(theme::fixedFont(font()));
    m_variable->setMaxLength(128);
    auto *label = new RoleLabel;
    label->setText(tr("Variable name"));
    label->setTextInteractionFlags(Qt::NoTextInteraction);
    label->setBuddy(m_variable);
    m_line->setTextFormat(Qt::PlainText);
    m_line->setFont(theme::fixedFont(font()));
    m_line->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *card = new Card;
    auto *inside = new QVBoxLayout(card);
    inside->setContentsMargins(theme::panePadding, theme::panePadding, theme::panePadding,
                               theme::panePadding);
    inside->addWidget(m_line);
    m_real->setAccessibleDescription(tr("The copied line then holds the token itself."));
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::gap);
    column->addWidget(label);
    column->addWidget(m_variable);
    column->addWidget(m_variableProblem);
    column->addWidget(card);
    column->addWidget(m_real);
    column->addWidget(m_reveal);
    column->addWidget(m_facts);
    column->addStretch(1);
    return part;
}

QWidget *CopyKeyDialog::makeButtons()
{
    connect(m_save, &QPushButton::clicked, this, [this] {
        Q_EMIT saveRequested(m_variable->text());
        accept();
    });
    connect(m_copy, &QPushButton::clicked, this, &CopyKeyDialog::copy);
    return makeCopyButtons(*this, *m_save, *m_copy);
}

SnippetFormat CopyKeyDialog::format() const
{
    const QListWidgetItem *item = m_formats->currentItem();
    return item ? static_cast<SnippetFormat>(item->data(Qt::UserRole).toInt()) : SnippetFormat::Posix;
}

SnippetNames CopyKeyDialog::names() const
{
    return {m_variable->text(), m_key.form()};
}

void CopyKeyDialog::showLine()
{
    const bool real = m_real->isChecked();
    const bool named = isVariableName(m_variable->text());
    if (named)
        m_variableProblem->clear();
    else
        m_variableProblem->setText(
            tr("A variable's name has letters, digits and _ only, and does not begin with a digit."));
    m_line->setText(real ? maskedSnippet(format(), names(), m_key.hint)
                         : placeholderSnippet(format(), names()));
    m_line->setAccessibleName(tr("Line: %1").arg(m_line->text()));
    m_reveal->setVisible(real);
    m_copy->setText(real ? tr("Copy with the Token") : tr("Copy"));
    m_copy->setEnabled(named && !m_reading);
    m_save->setEnabled(named);
    m_notes.clear();
    m_failure.clear();
    m_copiedText.clear();
    showFacts();
}

void CopyKeyDialog::copy()
{
    if (!m_real->isChecked()) {
        m_clipboard.copyText(m_line->text());
        m_copiedText = m_line->text();
        m_hasToken = false;
        showFacts();
        return;
    }
    copyToken();
}

void CopyKeyDialog::copyToken()
{
    m_reading = std::make_unique<QObject>();
    m_copy->setEnabled(false);
    const QString why = format() == SnippetFormat::Header
                            ? tr("Copied as a header")
                            : tr("Copied for %1, as %2").arg(snippetFormatName(format()), m_variable->text());
    m_service.readForUser(m_key.id, KeyAction::Copied, why, m_reading.get(),
                          [this](const Result<Secret> &token) {
                              m_reading.release()->deleteLater();
                              m_copy->setEnabled(true);
                              token ? copied(*token) : tellFailure(token.error());
                          });
    showFacts();
}

void CopyKeyDialog::copied(const Secret &token)
{
    m_clipboard.copySecret(tokenSnippet(format(), names(), token));
    m_seconds = m_clipboard.secondsLeft();
    m_notes = snippetNotes(format(), token);
    m_copiedText = maskedSnippet(format(), names(), m_key.hint);
    m_hasToken = true;
    m_failure.clear();
    showFacts();
}

void CopyKeyDialog::tellFailure(const Error &error)
{
    m_failure = error.message;
    showFacts();
}

void CopyKeyDialog::showFacts()
{
    using theme::Role;
    QList<Fact> facts;
    const auto add = [&facts](const QString &icon, Role ink, const QString &text) { facts << copyFact(icon, ink, text); };
    if (m_reading)
        facts << waitingFact();
    else if (!m_failure.isEmpty())
        add(u"warning"_s, Role::Danger, m_failure);
    else if (!m_copiedText.isEmpty() && m_hasToken)
        facts << clipboardFact(m_seconds);
    else if (!m_copiedText.isEmpty())
        add(u"check"_s, Role::Success, tr("Copied. It holds no token."));
    else if (m_real->isChecked())
        add(u"warning"_s, Role::Caution, tr("The line will hold the token itself. Whoever sees it can use the key."));
    else
        add(u"shield"_s, Role::SecondText, tr("This line holds no token: it names the variable that has it."));
    for (const QString &note : std::as_const(m_notes))
        add(u"info"_s, Role::SecondText, note);
    m_facts->setFacts(facts);
    m_size->fit();
}

} // namespace keydesk
