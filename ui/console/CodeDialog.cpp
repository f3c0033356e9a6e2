#include "ui/console/CodeDialog.h"

#include "app/keys/KeyService.h"
#include "app/storage/Settings.h"
#include "ui/keys/CopyDialogParts.h"
#include "ui/keys/TimedReveal.h"
#include "ui/setup/Card.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/CodeView.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QListWidget>
#include <QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

const QString rememberedFormat = u"console/codeFormat"_s;

} // namespace

CodeDialog::CodeDialog(const RequestAsCode &code, KeyService &service, Clipboard &clipboard, Settings &settings, QWidget *parent)
    : QDialog(parent)
    , m_code(code)
    , m_service(service)
    , m_clipboard(clipboard)
    , m_settings(settings)
    , m_formats(new QListWidget)
    , m_view(new CodeView)
    , m_real(new QCheckBox(tr("With the real token")))
    , m_reveal(new TimedReveal(service))
    , m_facts(new FactsCard(tr("What to know")))
    , m_save(new QPushButton(tr("Save…")))
    , m_copy(new QPushButton)
{
    setWindowTitle(tr("Copy as Code"));
    auto *title = new RoleLabel(theme::Role::Text, RoleLabel::Size::Title);
    title->setText(code.label.size() > 200 ? code.label.left(200) + u'…' : code.label);
    auto *columns = new QHBoxLayout;
    columns->setSpacing(theme::groupGap);
    columns->addWidget(makeFormats());
    columns->addWidget(makeCode(), 1);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    whole->setSpacing(theme::groupGap);
    whole->addWidget(title);
    whole->addLayout(columns, 1);
    whole->addWidget(makeButtons());
    resize(sizeHint());

    m_reveal->setKey(code.key);
    m_real->setVisible(hasReadableSecret());
    connect(m_formats, &QListWidget::currentRowChanged, this, [this] {
        m_settings.remember(rememberedFormat, codeFormatId(format()));
        showCode();
    });
    connect(m_real, &QCheckBox::toggled, this, &CodeDialog::showCode);
    connect(m_reveal, &TimedReveal::failed, this, [this](const Error &error) { tell(true, error.message); });
    connect(&m_clipboard, &Clipboard::countdown, this, [this](int seconds) {
        m_seconds = seconds;
        showFacts();
    });
    const auto last = codeFormatOf(m_settings.remembered(rememberedFormat).toString());
    m_formats->setCurrentRow(last ? static_cast<int>(codeFormats().indexOf(*last)) : 0);
    m_formats->setFocus(Qt::OtherFocusReason);
    showCode();
}

CodeDialog::~CodeDialog() = default;

QSize CodeDialog::sizeHint() const
{
    return {qBound(760, fontMetrics().averageCharWidth() * 130, 1100), qBound(620, fontMetrics().height() * 40, 860)};
}

QWidget *CodeDialog::makeFormats()
{
    for (const CodeFormat each : codeFormats())
        addCopyFormat(*m_formats, codeFormatName(each), static_cast<int>(each));
    m_formats->setAccessibleName(tr("Language"));
    return m_formats;
}

QWidget *CodeDialog::makeCode()
{
    m_view->setReadOnly(true);
    m_view->setAccessibleName(tr("Code"));
    m_view->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_view->setTabChangesFocus(true);
    m_view->setFrameShape(QFrame::NoFrame);
    auto *card = new Card;
    auto *inside = new QVBoxLayout(card);
    inside->setContentsMargins(theme::gap, theme::gap, theme::gap, theme::gap);
    inside->addWidget(m_view);
    m_real->setAccessibleDescription(tr("The copied code then holds the token itself."));
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::gap);
    column->addWidget(card, 1);
    column->addWidget(m_real);
    column->addWidget(m_reveal);
    column->addWidget(m_facts);
    return part;
}

QWidget *CodeDialog::makeButtons()
{
    connect(m_save, &QPushButton::clicked, this, &CodeDialog::chooseFile);
    connect(m_copy, &QPushButton::clicked, this, &CodeDialog::copy);
    return makeCopyButtons(*this, *m_save, *m_copy);
}

CodeFormat CodeDialog::format() const
{
    return codeFormats().value(m_formats->currentRow(), CodeFormat::CurlBash);
}

bool CodeDialog::hasReadableSecret() const
{
    return std::ranges::any_of(m_code.request.secrets, &SnippetSecret::canBeRead);
}

void CodeDialog::showCode()
{
    const bool real = m_real->isChecked();
    m_reading.reset();
    m_values.clear();
    m_snippet = codeSnippet(format(), m_code.request, real ? SnippetSecrets::ByValue : SnippetSecrets::ByName);
    // Pasted into a shell, a line break would run it at once. Raw HTTP needs its own.
    if (format() != CodeFormat::RawHttp && m_snippet.text.endsWith('\n'))
        m_snippet.text.chop(1);
    m_view->setPlainText(CodeView::withVisibleControls(m_snippet.shown()));
    m_reveal->setVisible(real && m_code.key);
    m_copy->setText(real ? tr("Copy with the Token") : tr("Copy"));
    m_copy->setEnabled(true);
    m_save->setEnabled(!real);
    m_save->setToolTip(real ? tr("A file never holds the token. Untick “With the real token” to save the code.") : QString());
    m_outcome.clear();
    m_countsDown = false;
    showFacts();
}

void CodeDialog::copy()
{
    if (!m_real->isChecked()) {
        m_clipboard.copyText(QString::fromUtf8(m_snippet.text));
        tell(false, m_snippet.secrets.isEmpty() ? tr("Copied.") : tr("Copied. It holds no token."));
        return;
    }
    m_reading = std::make_unique<QObject>();
    m_copy->setEnabled(false);
    m_toRead = m_snippet.keys();
    readNext();
    showFacts();
}

/// One after the other: a locked keychain asks once.
void CodeDialog::readNext()
{
    if (m_toRead.isEmpty()) {
        copyFilled();
        return;
    }
    const QUuid id = m_toRead.takeFirst();
    m_service.readForUser(id, KeyAction::Copied, tr("Copied as code for %1").arg(codeFormatName(format())), m_reading.get(),
                          [this, id](Result<Secret> token) {
                              if (!token) {
                                  m_reading.release()->deleteLater();
                                  m_values.clear();
                                  m_copy->setEnabled(true);
                                  tell(true, token.error().message);
                                  return;
                              }
                              m_values.insert_or_assign(id, std::move(*token));
                              readNext();
                          });
}

void CodeDialog::copyFilled()
{
    m_reading.release()->deleteLater();
    m_copy->setEnabled(true);
    const Result<Secret> whole = m_snippet.filled(m_values);
    m_values.clear();
    if (!whole) {
        tell(true, whole.error().message);
        return;
    }
    m_clipboard.copySecret(*whole);
    m_seconds = m_clipboard.secondsLeft();
    m_countsDown = true;
    m_outcome.clear();
    showFacts();
}

void CodeDialog::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("Save Code"), QDir::homePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(codeFileName(format()));
    connect(dialog, &QFileDialog::fileSelected, this, &CodeDialog::saveTo);
    dialog->open();
}

void CodeDialog::saveTo(const QString &path)
{
    const Result<void> saved =
        saveSnippet(codeSnippet(format(), m_code.request, m_real->isChecked() ? SnippetSecrets::ByValue : SnippetSecrets::ByName), path);
    tell(!saved, saved ? tr("Saved as %1. It holds no token.").arg(QDir::toNativeSeparators(path)) : saved.error().message);
}

void CodeDialog::tell(bool isBad, const QString &text)
{
    m_outcome = text;
    m_isFailure = isBad;
    m_countsDown = false;
    showFacts();
}

void CodeDialog::showFacts()
{
    using theme::Role;
    QList<Fact> facts;
    const auto add = [&facts](const QString &icon, Role ink, const QString &text) { facts << copyFact(icon, ink, text); };
    if (m_reading)
        facts << waitingFact();
    else if (m_countsDown)
        facts << clipboardFact(m_seconds);
    else if (!m_outcome.isEmpty())
        add(m_isFailure ? u"warning"_s : u"check"_s, m_isFailure ? Role::Danger : Role::Success, m_outcome);
    else if (m_real->isChecked())
        add(u"warning"_s, Role::Caution, tr("The code will hold the token itself. Whoever sees it can use the key."));
    else if (!m_snippet.secrets.isEmpty())
        add(u"shield"_s, Role::SecondText, tr("This code holds no token: it names the variable that has it."));
    for (const QString &note : m_code.notes + m_snippet.notes)
        add(u"info"_s, Role::SecondText, note);
    m_facts->setFacts(facts);
    m_facts->setVisible(!facts.isEmpty());
}

} // namespace keydesk
