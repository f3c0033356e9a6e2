#include "ui/console/ExplainPanel.h"

#include "app/http/RateLimits.h"
#include "ui/console/FlowLayout.h"
#include "ui/setup/NumberedSteps.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/IconView.h"

#include <QBoxLayout>
#include <QPushButton>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// Lines longer than this are hard to read.
constexpr int textWidth = 640;
constexpr int iconCircle = 34;

QString iconOf(ExplanationAction::Kind kind)
{
    using Kind = ExplanationAction::Kind;
    switch (kind) {
    case Kind::AddKey:
        return u"plus"_s;
    case Kind::ChooseKey:
        return u"key"_s;
    case Kind::CheckKey:
        return u"check"_s;
    case Kind::OpenUrl:
        return u"external-link"_s;
    case Kind::BindOrigin:
        return u"link"_s;
    case Kind::RemoveHeader:
        return u"trash"_s;
    case Kind::UseHttps:
        return u"lock"_s;
    case Kind::SendAgain:
    case Kind::FetchToken:
        return u"refresh"_s;
    case Kind::SwitchEnvironment:
    case Kind::EditEnvironment:
    case Kind::EditConnection:
        return u"environments"_s;
    case Kind::EditUrl:
        return u"link"_s;
    case Kind::UnlockKeychain:
        return u"unlock"_s;
    case Kind::OpenPreferences:
        return u"settings"_s;
    case Kind::ShowSent:
        break;
    }
    return {};
}

} // namespace

ExplainPanel::ExplainPanel(QWidget *parent)
    : QScrollArea(parent)
    , m_icon(new IconView(u"warning"_s, 18))
    , m_title(new RoleLabel(theme::Role::Text, RoleLabel::Size::Title))
    , m_text(new RoleLabel(theme::Role::SecondText))
    , m_steps(new NumberedSteps)
    , m_buttons(new QWidget)
    , m_progress(new RoleLabel(theme::Role::SecondText))
    , m_row(new FlowLayout(m_buttons))
{
    setAccessibleName(tr("Explanation"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    m_row->setContentsMargins(0, theme::gap, 0, 0);
    m_row->setSpacing(theme::gap);

    auto *words = new QVBoxLayout;
    words->setSpacing(theme::gap);
    words->addWidget(m_title);
    words->addWidget(m_text);
    words->addSpacing(theme::gap / 2);
    words->addWidget(m_steps);
    words->addWidget(m_buttons);
    words->addWidget(m_progress);
    words->addStretch(1);

    auto *bounded = new QWidget;
    bounded->setLayout(words);
    bounded->setMaximumWidth(textWidth);
    words->setContentsMargins(0, 0, 0, 0);

    auto *content = new QWidget;
    auto *layout = new QHBoxLayout(content);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                               theme::panePadding);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addWidget(bounded, 100);
    layout->addStretch(1);
    setWidget(content);

    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, &ExplainPanel::countDown);
    setExplanation({});
}

void ExplainPanel::setExplanation(const Explanation &explanation)
{
    m_second.stop();
    m_again = nullptr;
    for (QPushButton *button :
         m_buttons->findChildren<QPushButton *>(QString(), Qt::FindDirectChildrenOnly)) {
        button->hide();
        button->deleteLater();
    }
    while (QLayoutItem *item = m_row->takeAt(0))
        delete item;

    const bool empty = explanation.isEmpty();
    const bool danger = explanation.severity == Explanation::Severity::Danger;
    m_icon->setIcon(empty    ? u"check"_s
                    : danger ? u"warning"_s
                             : u"info"_s,
                    empty    ? theme::Role::Success
                    : danger ? theme::Role::Danger
                             : theme::Role::Caution);
    m_icon->setCircle(empty    ? theme::Role::SuccessFill
                      : danger ? theme::Role::DangerFill
                               : theme::Role::CautionFill,
                      iconCircle);
    m_title->setText(empty ? tr("Nothing to explain") : explanation.title);
    m_text->setText(
        empty ? tr("The call went through. When one is refused or fails, the reason and the fix stand here.")
              : explanation.text);
    m_steps->setSteps(explanation.steps);
    m_steps->setVisible(!explanation.steps.isEmpty());
    m_progress->clear();
    m_progress->hide();
    for (qsizetype i = 0; i < explanation.actions.size(); ++i)
        addButton(explanation.actions.at(i), i == 0);
    m_buttons->setVisible(!explanation.actions.isEmpty());

    QStringList spoken{m_title->text(), m_text->text()};
    spoken += explanation.steps;
    setAccessibleDescription(spoken.join(u"\n"_s));
}

void ExplainPanel::showProgress(const QString &text)
{
    m_progress->setText(text);
    m_progress->setVisible(!text.isEmpty());
}

void ExplainPanel::addButton(const ExplanationAction &action, bool primary)
{
    const bool quiet = action.kind == ExplanationAction::Kind::ShowSent;
    auto *button = new QPushButton(action.label, m_buttons);
    button->setAutoDefault(false);
    button->setProperty("primary", primary);
    button->setFlat(quiet && !primary);
    button->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    if (const QString name = iconOf(action.kind); !name.isEmpty()) {
        button->setIcon(icon(name, primary ? theme::Role::OnAccent : theme::Role::Text));
        button->setIconSize({16, 16});
    }
    m_row->addWidget(button);
    const qint64 seconds = action.kind == ExplanationAction::Kind::SendAgain ? action.argument.toLongLong() : 0;
    if (seconds <= 0) {
        connect(button, &QPushButton::clicked, this, [this, action] { Q_EMIT actionChosen(action); });
        return;
    }
    connect(button, &QPushButton::clicked, this,
            [this, action] { Q_EMIT actionChosen({action.kind, action.label, QString::number(secondsLeft())}); });
    m_again = button;
    m_wait.setRemainingTime(std::chrono::seconds(seconds));
    m_second.start();
    countDown();
}

qint64 ExplainPanel::secondsLeft() const
{
    return (m_wait.remainingTime() + 999) / 1000;
}

void ExplainPanel::countDown()
{
    if (!m_again)
        return;
    const qint64 left = secondsLeft();
    m_again->setText(left > 0 ? tr("Send again in %1").arg(waitText(left)) : tr("Send again"));
    if (left <= 0)
        m_second.stop();
}

} // namespace keydesk
