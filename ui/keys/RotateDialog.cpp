#include "ui/keys/RotateDialog.h"

#include "app/providers/ProviderCatalog.h"
#include "ui/keys/RotatePages.h"
#include "ui/setup/RoleLabel.h"
#include "ui/setup/StepRail.h"
#include "ui/theme/Theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString providerName(const ProviderCatalog &providers, const QString &id)
{
    const Provider *provider = providers.find(id);
    return provider ? provider->name : id;
}

/// A page that is as high as its wrapped text is at the width that it has: a scroll area by itself lays its
/// rows over each other.
class PageScroll : public QScrollArea
{
public:
    explicit PageScroll(QWidget *page)
    {
        auto *layout = new QVBoxLayout(m_inner);
        layout->setContentsMargins(theme::dialogPadding + 12, theme::dialogPadding, theme::dialogPadding + 12,
                                   theme::dialogPadding);
        layout->addWidget(page);
        setWidget(m_inner);
        setFrameShape(QFrame::NoFrame);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        m_inner->installEventFilter(this);
    }

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        QScrollArea::resizeEvent(event);
        fit();
    }
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (watched == m_inner && event->type() == QEvent::LayoutRequest)
            fit();
        return QScrollArea::eventFilter(watched, event);
    }

private:
    void fit()
    {
        const int width = viewport()->width();
        m_inner->resize(width, std::max(viewport()->height(), m_inner->layout()->totalHeightForWidth(width)));
    }

    QWidget *m_inner = new QWidget;
};

} // namespace

RotateDialog::RotateDialog(const ApiKey &key, RotationService &service, const KeyStore &keys,
                           const ProviderCatalog &providers, QWidget *parent)
    : QDialog(parent)
    , m_service(service)
    , m_keys(keys)
    , m_key(key)
    , m_plan(service.planFor(key))
    , m_rail(new StepRail(tr("Rotate Key"), tr("The old key works until the new one has proved itself.")))
    , m_pages(new QStackedWidget)
    , m_source(new RotateSourcePage(key, m_plan, providerName(providers, key.providerId)))
    , m_proof(new RotateProofPage(key.name))
    , m_old(new RotateOldPage)
    , m_work(new RoleLabel(theme::Role::SecondText))
    , m_cancel(new QPushButton(tr("Cancel")))
    , m_next(new QPushButton)
{
    setWindowTitle(tr("Rotate Key"));
    for (QWidget *page :
         {static_cast<QWidget *>(m_source), static_cast<QWidget *>(m_proof), static_cast<QWidget *>(m_old)})
        m_pages->addWidget(new PageScroll(page));
    m_next->setProperty("primary", true);
    m_next->setDefault(true);
    m_cancel->setAutoDefault(false);
    m_work->setTextFormat(Qt::PlainText);

    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(theme::dialogPadding, theme::panePadding, theme::dialogPadding,
                             theme::panePadding);
    foot->addWidget(m_cancel);
    foot->addWidget(m_work, 1);
    foot->addWidget(m_next);
    auto *right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_pages, 1);
    right->addLayout(foot);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_rail);
    layout->addLayout(right, 1);

    connect(m_source, &RotateSourcePage::edited, this, &RotateDialog::showButtons);
    connect(m_old, &RotateOldPage::edited, this, &RotateDialog::showButtons);
    connect(m_proof, &RotateProofPage::retry, this, [this] {
        if (m_job)
            m_job->retry();
    });
    connect(m_old, &RotateOldPage::undo, this, [this] {
        if (const Result<void> undone = m_service.undo(m_rotation); !undone)
            m_old->showTrouble(undone.error().message);
        else
            close(tr("The rotation is undone: the old key is used again. The new one is kept, unused."));
    });
    connect(m_cancel, &QPushButton::clicked, this, &RotateDialog::reject);
    connect(m_next, &QPushButton::clicked, this, &RotateDialog::next);
    resize(sizeHint());
    begin();
}

/// Where its rotation is, if there is one.
void RotateDialog::begin()
{
    const std::optional<Rotation> rotation = m_service.rotations().ofKey(m_key.id);
    if (!rotation) {
        showPage(Source);
        return;
    }
    m_rotation = rotation->id;
    if (RotateKeyJob *job = m_service.goOn(rotation->id)) {
        watch(job);
        showPage(Proving);
    } else {
        showOld(rotation->id);
    }
}

void RotateDialog::next()
{
    switch (m_page) {
    case Source:
        m_source->showTrouble({});
        watch(m_service.rotate(m_source->start()));
        showPage(Proving);
        break;
    case Proving:
        if (m_job)
            m_job->switchOver();
        break;
    case Old:
        finishOld();
        break;
    }
}

void RotateDialog::watch(RotateKeyJob *job)
{
    m_job = job;
    m_rotation = job->rotation().id;
    connect(job, &RotateKeyJob::stateChanged, this, [this, job] {
        m_proof->show(*job);
        showButtons();
    });
    connect(job, &KeyJob::progress, m_proof, &RotateProofPage::showProgress);
    connect(job, &KeyJob::finished, this, &RotateDialog::jobEnded);
    m_proof->show(*job);
}

void RotateDialog::jobEnded(const Result<ApiKey> &outcome)
{
    m_job.clear();
    if (outcome) {
        m_used = outcome->id;
        showOld(m_rotation);
        return;
    }
    if (m_closing) {
        close(outcome.error().kind == Error::Kind::Cancelled
                  ? tr("The rotation was stopped. The key is used as before.")
                  : outcome.error().message);
        return;
    }
    m_source->showTrouble(outcome.error().message);
    m_source->offerSessionKeys(m_service.planFor(m_key).sessionKeys); // one may be refused now
    showPage(Source);
}

void RotateDialog::showOld(const QUuid &rotationId)
{
    const std::optional<Rotation> rotation = m_service.rotations().find(rotationId);
    if (!rotation) {
        close(tr("“%1” is rotated: the new key is proven and used. The old one has ended.").arg(m_key.name));
        return;
    }
    m_used = rotation->isSwitched() ? rotation->newKeyId : rotation->oldKeyId;
    if (const std::optional<ApiKey> old = m_keys.find(rotation->oldKeyId))
        m_key = *old;
    m_old->show(m_service, *rotation, m_service.planFor(m_key));
    showPage(Old);
}

void RotateDialog::finishOld()
{
    using Choice = RotateOldPage::Choice;
    const std::optional<Rotation> rotation = m_service.rotations().find(m_rotation);
    if (!rotation) {
        close({});
        return;
    }
    m_old->showTrouble({});
    const QString name = rotation->name;
    if (m_old->choice() == Choice::Now) {
        KeyJob *job = rotation->isSwitched() ? m_service.revokeOld(m_rotation, m_old->session())
                                             : m_service.takeBack(m_rotation, m_old->session());
        if (!job) {
            m_old->showTrouble(tr("It is being done at this moment."));
            return;
        }
        m_ending = job;
        connect(job, &KeyJob::progress, m_work, &QLabel::setText);
        connect(job, &KeyJob::finished, this, [this, name](const Result<ApiKey> &outcome) {
            m_ending.clear();
            m_work->clear();
            if (outcome) {
                close(tr("The rotation of “%1” is over: one key is left, and it works.").arg(name));
            } else {
                m_old->showTrouble(outcome.error().message);
                m_old->offerSessionKeys(m_service.planFor(m_key).sessionKeys);
            }
            showButtons();
        });
        showButtons();
        return;
    }
    Result<void> done;
    QString text;
    if (m_old->choice() == Choice::DoneInDashboard) {
        done = rotation->isSwitched() ? m_service.noteRevoked(m_rotation) : m_service.forget(m_rotation);
        text = tr("The rotation of “%1” is over.").arg(name);
    } else {
        const bool byHand = m_old->choice() == Choice::ByHand;
        done = m_service.schedule(m_rotation, byHand ? std::nullopt : std::optional(m_old->overlap()));
        if (const std::optional<Rotation> now = m_service.rotations().find(m_rotation))
            text = m_service.describe(*now);
    }
    if (done)
        close(text);
    else
        m_old->showTrouble(done.error().message);
}

void RotateDialog::showPage(Page page)
{
    m_page = page;
    m_pages->setCurrentIndex(page);
    m_rail->setSteps({tr("New key"), tr("Proof"), tr("Old key")}, page);
    showButtons();
}

void RotateDialog::showButtons()
{
    using State = RotateKeyJob::State;
    m_cancel->setText(m_page == Old ? tr("Close") : tr("Cancel"));
    m_cancel->setEnabled(!m_closing);
    bool ready = false;
    switch (m_page) {
    case Source:
        m_next->setText(tr("Next"));
        ready = m_source->isReady();
        break;
    case Proving:
        m_next->setText(m_job && m_job->state() == State::Inconclusive ? tr("Switch Anyway") : tr("Switch"));
        ready = m_job && (m_job->state() == State::Proved || m_job->state() == State::Inconclusive);
        break;
    case Old:
        m_next->setText(tr("Finish"));
        ready = m_old->isReady();
        break;
    }
    m_next->setEnabled(ready && !m_closing && !m_ending);
}

void RotateDialog::close(const QString &text)
{
    if (!text.isEmpty())
        Q_EMIT message(text);
    QDialog::done(Accepted);
}

void RotateDialog::reject()
{
    if (!m_job) {
        if (m_ending)
            m_ending->cancel();
        QDialog::done(Rejected);
        return;
    }
    m_closing = true;
    m_work->setText(tr("Taking the new key back…"));
    m_job->cancel(); // whose end closes this
    showButtons();
}

void RotateDialog::done(int result)
{
    if (result == Rejected)
        reject();
    else
        QDialog::done(result);
}

QSize RotateDialog::sizeHint() const
{
    return QDialog::sizeHint().expandedTo({760, 560}).boundedTo({900, 600});
}

} // namespace keydesk
