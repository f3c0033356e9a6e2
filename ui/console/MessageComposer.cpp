#include "ui/console/MessageComposer.h"

#include "app/http/JsonFormat.h"
#include "ui/console/PaneParts.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/CodeView.h"

#include <QAction>
#include <QBoxLayout>
#include <QComboBox>
#include <QDialog>
#include <QFile>
#include <QFileDialog>
#include <QFormLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

Result<QByteArray> bytesOfHex(const QString &text)
{
    QString digits;
    for (const QChar c : text) {
        if (c.isSpace() || c == u',' || c == u':')
            continue;
        const bool isDigit = (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f') || (c >= u'A' && c <= u'F');
        if (!isDigit)
            return failure(Error::Kind::InvalidInput, MessageComposer::tr("“%1” is no hexadecimal digit. Write bytes as 48 65 6C 6C 6F.").arg(c));
        digits += c;
    }
    if (digits.size() % 2 != 0)
        return failure(Error::Kind::InvalidInput, MessageComposer::tr("A byte has two digits; the last one here has one."));
    return QByteArray::fromHex(digits.toLatin1());
}

Result<QByteArray> contentOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(Error::Kind::InvalidInput, MessageComposer::tr("%1 cannot be read: %2.").arg(path, file.errorString()));
    const QByteArray bytes = file.read(WebSocket::largestMessage + 1); // a device may have no end
    if (bytes.size() > WebSocket::largestMessage)
        return failure(Error::Kind::TooLarge, MessageComposer::tr("Nothing was sent: a message can have up to 16 MB."));
    return bytes;
}

} // namespace

MessageComposer::MessageComposer(QWidget *parent)
    : QWidget(parent)
    , m_kind(new QComboBox(this))
    , m_text(new CodeView)
    , m_problem(new FieldProblem(m_text))
    , m_send(new QPushButton(tr("Send Message")))
    , m_more(new QToolButton)
{
    m_kind->addItems({tr("Text"), tr("JSON"), tr("Binary")});
    m_text->setAccessibleName(tr("Message"));
    m_text->setPlaceholderText(tr("Message; Ctrl+Enter sends it"));
    m_text->setFixedHeight(m_text->fontMetrics().lineSpacing() * 2 + 2 * theme::gap + theme::gap / 2);
    m_text->installEventFilter(this);
    m_send->setToolTip(tr("Send the message (Ctrl+Enter)"));
    m_more->setAutoRaise(true);
    m_more->setIcon(icon(u"dots"_s, theme::Role::SecondText));
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setAccessibleName(tr("Connection actions"));
    auto *menu = new QMenu(m_more);
    menu->addAction(tr("Send File…"), this, &MessageComposer::sendFile);
    menu->addAction(tr("Send Ping"), this, &MessageComposer::ping);
    menu->addAction(tr("Close With Code…"), this, &MessageComposer::openClose);
    m_more->setMenu(menu);

    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, theme::panePadding, 0);
    row->setSpacing(theme::gap);
    row->addWidget(m_text, 1);
    row->addWidget(nameCombo(m_kind, tr("Message kind"), false));
    row->addWidget(m_kind);
    row->addWidget(m_send);
    row->addWidget(m_more);
    auto *problems = new QHBoxLayout;
    problems->setContentsMargins(theme::panePadding, 0, theme::panePadding, 0);
    problems->addWidget(m_problem);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new Hairline);
    layout->addLayout(row);
    layout->addLayout(problems);

    auto *sending = new QAction(this);
    sending->setShortcuts({QKeySequence(u"Ctrl+Return"_s), QKeySequence(u"Ctrl+Enter"_s)});
    sending->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(sending);
    connect(sending, &QAction::triggered, this, &MessageComposer::send);
    connect(m_send, &QPushButton::clicked, this, &MessageComposer::send);
    connect(m_text, &QPlainTextEdit::textChanged, m_problem, &FieldProblem::clear);
    connect(m_kind, &QComboBox::currentIndexChanged, this, [this](int kind) {
        m_problem->clear();
        m_text->setLanguage(kind == Json ? CodeView::Language::Json : CodeView::Language::Plain);
    });
}

void MessageComposer::setSocket(WebSocket *socket, const QStringList &drafts)
{
    if (m_socket == socket)
        return;
    m_socket = socket;
    m_drafts = drafts;
    showNextDraft();
}

QList<QWidget *> MessageComposer::tabOrder() const
{
    return {m_text, m_kind, m_send, m_more};
}

/// Escape, which stops the call, is not meant for it while somebody writes.
bool MessageComposer::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_text && event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape)
        event->accept();
    return QWidget::eventFilter(watched, event);
}

void MessageComposer::showNextDraft()
{
    if (m_drafts.isEmpty())
        return;
    m_text->setPlainText(m_drafts.takeFirst());
    m_kind->setCurrentIndex(checkJson(m_text->exactText().toUtf8()) ? Text : Json);
}

Result<void> MessageComposer::sendContent()
{
    const QString text = m_text->exactText();
    if (m_kind->currentIndex() == Binary)
        return bytesOfHex(text).and_then([this](const QByteArray &bytes) { return m_socket->sendBinary(bytes); });
    if (m_kind->currentIndex() == Json) {
        if (const auto problem = checkJson(text.toUtf8()))
            return failure(Error::Kind::InvalidInput, problem->sentence());
    }
    return m_socket->sendText(text);
}

void MessageComposer::send()
{
    if (!m_socket)
        return;
    const Result<void> sent = sendContent();
    if (!sent) {
        m_problem->setText(sent.error().message);
        return;
    }
    m_problem->clear();
    m_text->selectAll(); // the next one may be the same, or is typed over it
    showNextDraft();
}

void MessageComposer::sendFile()
{
    auto *dialog = new QFileDialog(this, tr("Send File as Binary Message"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        m_background.run(
            this, [path] { return contentOf(path); },
            [this](const Result<QByteArray> &content) {
                if (!m_socket)
                    return;
                if (const auto sent = content.and_then([this](const QByteArray &bytes) { return m_socket->sendBinary(bytes); }); !sent)
                    m_problem->setText(sent.error().message);
            });
    });
    dialog->open();
}

void MessageComposer::ping()
{
    if (!m_socket)
        return;
    if (const Result<void> sent = m_socket->ping(); !sent)
        m_problem->setText(sent.error().message);
}

void MessageComposer::openClose()
{
    auto *dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Close Connection"));
    auto *code = new QLineEdit(u"1000"_s);
    code->setAccessibleName(tr("Closing code"));
    auto *reason = new QLineEdit;
    reason->setAccessibleName(tr("Closing reason"));
    auto *problem = new FieldProblem(code);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    auto *close = new QPushButton(tr("Close Connection"));
    close->setProperty("primary", true);
    close->setDefault(true);

    auto *form = new QFormLayout;
    form->setSpacing(theme::gap);
    form->addRow(tr("Code"), code);
    form->addRow(tr("Reason"), reason);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(close);
    auto *layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::groupGap);
    layout->addLayout(form);
    layout->addWidget(problem);
    layout->addLayout(buttons);
    connect(code, &QLineEdit::textEdited, problem, &FieldProblem::clear);
    dialog->setMinimumWidth(dialog->fontMetrics().averageCharWidth() * 55);
    connect(cancel, &QPushButton::clicked, dialog, &QDialog::reject);
    connect(close, &QPushButton::clicked, this, [this, dialog, code, reason, problem] {
        if (!m_socket) {
            dialog->accept();
            return;
        }
        if (const Result<void> closed = m_socket->close(code->text().trimmed().toInt(), reason->text()); !closed)
            problem->setText(closed.error().message);
        else
            dialog->accept();
    });
    dialog->open();
}

} // namespace keydesk
