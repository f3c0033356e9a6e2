#include "app/keys/rotation/KeyProof.h"

#include "app/base/Guarded.h"
#include "app/base/Redactor.h"
#include "app/keys/ProofKeyJobs.h"
#include "app/providers/AuthExplainer.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using State = Proof::State;

/// The server, not the key, is in trouble: the same call may go well later.
bool mayPass(int status)
{
    return status == 408 || status == 425 || status == 429 || status >= 500;
}

bool cannotBeMade(Error::Kind kind)
{
    return kind == Error::Kind::InvalidInput || kind == Error::Kind::OriginNotBound ||
           kind == Error::Kind::InsecureTransport || kind == Error::Kind::NotFound;
}

QString explanation(const KeyWork &work, const QUuid &keyId, const QUuid &environmentId,
                    const TokenCheck &check)
{
    if (!check.answer)
        return {};
    CallFacts facts;
    facts.environment = work.environments.find(environmentId);
    facts.provider = facts.environment ? work.providers.find(facts.environment->providerId) : nullptr;
    facts.key = work.keys.find(keyId);
    facts.url = check.answer->url;
    facts.wantedKindId = facts.key ? facts.key->kindId : QString();
    facts.trace = check.trace;
    facts.response = check.answer;
    const Explanation told = explain(facts);
    return told.isEmpty() ? QString() : work.ring.redactor().redactText(told.title + u". "_s + told.text);
}

} // namespace

State verdictOf(const QList<Proof> &proofs)
{
    const auto has = [&proofs](State state) {
        return std::ranges::any_of(proofs, [state](const Proof &proof) { return proof.state == state; });
    };
    for (const State state :
         {State::Running, State::Waiting, State::Refused, State::Unreachable, State::Inconclusive}) {
        if (has(state))
            return state;
    }
    return proofs.isEmpty() ? State::Inconclusive : State::Proven;
}

KeyProof::KeyProof(const KeyWork &work, const QUuid &keyId, const QList<QUuid> &environments, QObject *parent)
    : QObject(parent)
    , m_work(work)
    , m_keyId(keyId)
{
    for (const QUuid &id : environments) {
        Proof proof;
        proof.environmentId = id;
        if (const std::optional<Environment> environment = work.environments.find(id))
            proof.environmentName = environment->name;
        m_proofs.append(proof);
    }
}

void KeyProof::start()
{
    if (m_running)
        return;
    m_running = true;
    for (Proof &proof : m_proofs) {
        if (proof.state != State::Proven)
            proof = {proof.environmentId, proof.environmentName, State::Waiting, {}, {}, {}};
    }
    later(this, [this] { next(); });
}

void KeyProof::stop()
{
    m_running = false;
    for (KeyJob *job : std::exchange(m_jobs, {})) {
        disconnect(job, nullptr, this, nullptr);
        job->cancel();
    }
}

void KeyProof::next()
{
    if (!m_running)
        return;
    for (qsizetype index = 0; index < m_proofs.size() && m_jobs.size() < atOnce; ++index) {
        if (m_proofs.at(index).state == State::Waiting)
            tryIn(index);
    }
    Q_EMIT changed();
    if (m_jobs.isEmpty()) {
        m_running = false;
        Q_EMIT finished();
    }
}

void KeyProof::tryIn(qsizetype index)
{
    m_proofs[index].state = State::Running;
    auto *job = new CheckKeyJob(m_work, m_keyId, m_proofs.at(index).environmentId, this);
    m_jobs.append(job);
    auto check = std::make_shared<TokenCheck>();
    connect(job, &KeyJob::checked, this, [check](const TokenCheck &answer) { *check = answer; });
    connect(job, &KeyJob::finished, this, [this, job, index, check](const Result<ApiKey> &outcome) {
        m_jobs.removeOne(job);
        answered(index, *check, outcome);
        next();
    });
}

void KeyProof::answered(qsizetype index, const TokenCheck &check, const Result<ApiKey> &outcome)
{
    Proof &proof = m_proofs[index];
    proof.note = check.note;
    if (!outcome) {
        proof.error = outcome.error();
        proof.note = outcome.error().message;
    }
    const std::optional<ApiKey> key = m_work.keys.find(m_keyId);
    if (!key || key->status == ApiKey::Status::Missing) {
        proof.state = State::Refused; // it is not kept: nobody could use it
    } else if (check.verdict == ApiKey::Status::Works) {
        proof.state = State::Proven;
    } else if (check.verdict != ApiKey::Status::Unchecked) {
        proof.state = State::Refused;
    } else if (check.status != 0) {
        proof.state = mayPass(check.status) ? State::Unreachable : State::Inconclusive;
    } else {
        proof.state =
            !outcome && cannotBeMade(outcome.error().kind) ? State::Inconclusive : State::Unreachable;
    }
    if (proof.state != State::Proven)
        proof.why = explanation(m_work, m_keyId, proof.environmentId, check);
}

} // namespace keydesk
