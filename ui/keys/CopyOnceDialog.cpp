#include "ui/keys/CopyOnceDialog.h"

#include "ui/setup/KeyFacts.h"
#include "ui/setup/RevealButton.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/IconView.h"
#include "ui/widgets/TokenField.h"

#include <QBoxLayout>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace keydesk {

CopyOnceDialog::CopyOnceDialog(const ApiKey &key, const QString &providerName, const Secret &token,
                               Clipboard &clipboard, QWidget *parent)
    : QDialog(parent)
    , m_key(key)
    , m_clipboard(clipboard)
    , m_token(new TokenField)
    , m_facts(new FactsCard(tr("What happened")))
{
    setWindowTitle(tr("New Key"));
    m_token->setReadOnly(true);
    m_token->setAccessibleName(tr("New token"));
    m_token->setSecret(token);

    auto *copyButton = new QPushButton(icon(u"copy"_s, theme::Role::OnAccent), tr("Copy"));
    copyButton->setProperty("primary", true);
    copyButton->setAutoDefault(false);
    auto *tokenRow = new QHBoxLayout;
    tokenRow->setSpacing(theme::gap);
    tokenRow->addWidget(m_token, 1);
    tokenRow->addWidget(new RevealButton(m_token));
    tokenRow->addWidget(copyButton);

    auto *words = new RoleLabel(theme::Role::SecondText);
    words->setText(key.place == SecretPlace::Session
                       ? tr("You need not copy it for calls from Keydesk, but it is gone when Keydesk ends.")
                       : tr("You need not copy it: calls from Keydesk use it from the keychain."));
    auto *doneButton = new QPushButton(tr("Done"));
    auto *lastRow = new QHBoxLayout;
    lastRow->setSpacing(theme::groupGap);
    lastRow->addWidget(words, 1);
    lastRow->addWidget(doneButton);

    auto *column = new QVBoxLayout(this);
    const int padding = theme::dialogPadding + theme::gap / 2;
    column->setContentsMargins(padding, padding, padding, padding);
    column->setSpacing(theme::groupGap);
    column->addWidget(makeHeading(providerName));
    column->addLayout(tokenRow);
    column->addWidget(m_facts);
    column->addLayout(lastRow);
    const int wide = qBound(560, fontMetrics().averageCharWidth() * 76, 800);
    setMinimumWidth(wide);
    resize(wide, sizeHint().height());

    connect(copyButton, &QPushButton::clicked, this, &CopyOnceDialog::copy);
    connect(doneButton, &QPushButton::clicked, this, &QDialog::accept);
    connect(&m_clipboard, &Clipboard::countdown, this, [this](int seconds) {
        m_seconds = seconds;
        showFacts();
    });
    showFacts();
    // Enter goes on: the key is stored already, and a token should not reach the clipboard by a key pressed
    // once too often.
    doneButton->setDefault(true);
    doneButton->setFocus(Qt::OtherFocusReason);
}

QWidget *CopyOnceDialog::makeHeading(const QString &providerName)
{
    auto *heading = new QWidget;
    auto *mark = new IconView(u"check"_s);
    mark->setIcon(u"check"_s, theme::Role::Success);
    mark->setCircle(theme::Role::SuccessFill, 34);
    auto *title = new RoleLabel(theme::Role::Text, RoleLabel::Size::Title);
    title->setText(tr("“%1” is ready").arg(m_key.name));
    auto *subtitle = new RoleLabel(theme::Role::SecondText);
    subtitle->setText(tr("%1 shows this token once, and so does Keydesk.").arg(providerName));
    auto *lines = new QVBoxLayout;
    lines->setSpacing(2);
    lines->addWidget(title);
    lines->addWidget(subtitle);
    auto *row = new QHBoxLayout(heading);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::panePadding);
    row->addWidget(mark, 0, Qt::AlignVCenter);
    row->addLayout(lines, 1);
    return heading;
}

void CopyOnceDialog::copy()
{
    m_copied = true;
    m_clipboard.copySecret(m_token->secret());
    m_seconds = m_clipboard.secondsLeft();
    showFacts();
}

void CopyOnceDialog::showFacts()
{
    QList<Fact> facts{placeFact(m_key.place)};
    if (!m_key.lastCheckNote.isEmpty())
        facts << checkFact(m_key, {});
    if (m_copied)
        facts << Fact{.icon = u"clock"_s,
                      .text = m_seconds > 0
                                  ? tr("Copied just now. The clipboard is cleared in %1 s.").arg(m_seconds)
                                  : tr("The clipboard does not hold the token any more."),
                      .ink = theme::Role::SecondText};
    m_facts->setFacts(facts);
    // Just high enough: a window does not follow wrapping labels by itself.
    const int wide = qMax(width(), minimumWidth());
    resize(wide, layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(wide) : sizeHint().height());
}

void CopyOnceDialog::done(int result)
{
    m_token->clearSecret();
    QDialog::done(result);
}

} // namespace keydesk
