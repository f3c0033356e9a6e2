#include "app/Core.h"
#include "app/base/Process.h"
#include "app/keys/KeychainStore.h"

#include <QCoreApplication>
#include <QTest>
#include <QTextStream>
#include <QTimer>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace keydesk;
using Step = Rotation::Step;

namespace {

QString fatalStep;
int fatalTurns = 0;

/// As a kill from outside does it, after so many turns of the event loop.
void dieIn(int turns)
{
    if (turns == 0)
        std::raise(SIGKILL);
    QTimer::singleShot(0, [turns] { dieIn(turns - 1); });
}

void say(const QString &line)
{
    QTextStream(stdout) << line << Qt::endl;
    if (line == fatalStep)
        dieIn(fatalTurns);
}

void require(bool condition, const char *what)
{
    if (!condition)
        qFatal("%s", what);
}

QString stepName(const Core &core)
{
    if (core.rotations->rotations().all().isEmpty())
        return u"none"_s;
    static const QStringList names{u"creating"_s, u"storing"_s,  u"proving"_s,
                                   u"overlap"_s,  u"revoking"_s, u"taking-back"_s};
    return names.at(static_cast<int>(core.rotations->rotations().all().first().step));
}

/// Says whether the environment's token is in the keychain and works, and how many keys are held.
void report(Core &core, const QUuid &environment)
{
    const QUuid key = core.environments->find(environment)->keys.value(u"environment"_s);
    std::optional<Result<ApiKey>> checked;
    KeyJob *job = core.keyService->check(key, environment);
    QObject::connect(job, &KeyJob::finished, core.keyService.get(),
                     [&checked](const Result<ApiKey> &outcome) { checked = outcome; });
    require(QTest::qWaitFor([&checked] { return checked.has_value(); }, 30'000), "the check did not end");
    const bool works = *checked && (*checked)->status == ApiKey::Status::Works;
    QStringList held;
    for (const ApiKey &each : core.keys->all()) {
        if (each.status != ApiKey::Status::Revoked)
            held << each.remoteId;
    }
    say(u"settled %1 %2 %3"_s.arg(works ? u"works"_s : u"broken"_s, stepName(core), held.join(u',')));
}

} // namespace

/// A process that rotates a key of the provider at the base URL given, and says each step that was written
/// down before it goes on. The first start adds the key whose token stands on standard input; a later one
/// goes on with what it finds, reports, and ends.
/// It ends as if killed so many turns of its event loop after it has said `step STEP`.
///   rotation_session BASE_URL start REMOTE_ID STEP TURNS | resume
int main(int argc, char **argv)
{
    hardenProcess();
    QCoreApplication::setApplicationName(u"keydesk"_s);
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    auto opened = Core::open(*Paths::standard(), std::make_unique<KeychainStore>());
    if (!opened)
        qFatal("%s", qPrintable(opened.error().message));
    Core &core = **opened;
    core.keychain->probe();
    QObject::connect(&core.rotations->rotations(), &RotationStore::changed, &application,
                     [&core] { say(u"step "_s + stepName(core)); });

    if (arguments.at(2) == u"resume") {
        const auto isOurs = [&](const Environment &each) { return each.name == u"Rotated"; };
        const auto environment = std::ranges::find_if(core.environments->all(), isOurs);
        require(environment != core.environments->all().end(), "the environment is gone");
        const QUuid id = environment->id;
        core.rotations->resume();
        const auto settled = [&core] {
            for (const Rotation &rotation : core.rotations->rotations().all()) {
                const bool waits = rotation.step == Step::Overlap && !core.rotations->timeLeft(rotation);
                if (core.rotations->isBusy(rotation.id) || !waits)
                    return false;
            }
            return core.keys->pending().isEmpty() && core.keys->leftovers().isEmpty();
        };
        require(QTest::qWaitFor(settled, 60'000), "it did not settle");
        report(core, id);
        return 0;
    }

    fatalStep = u"step "_s + arguments.at(4);
    fatalTurns = arguments.at(5).toInt();
    const QByteArray token = QTextStream(stdin).readLine().toLatin1();
    Environment environment;
    environment.name = u"Rotated"_s;
    environment.providerId = u"sandbox-talkover"_s;
    environment.baseUrl = arguments.at(1);
    environment.colour = u"red"_s;
    const auto added = core.environments->add(environment);
    require(added.has_value(), "the environment was not stored");
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = environment.providerId;
    draft.kindId = u"environment"_s;
    draft.environmentId = added->id;
    draft.place = SecretPlace::SystemKeychain;
    draft.remoteId = arguments.at(3);
    std::optional<Result<ApiKey>> stored;
    KeyJob *job = core.keyService->add(draft, std::make_shared<const Secret>(std::string_view(
                                                  token.constData(), std::size_t(token.size()))));
    QObject::connect(job, &KeyJob::finished, &application,
                     [&stored](const Result<ApiKey> &key) { stored = key; });
    require(QTest::qWaitFor([&stored] { return stored.has_value(); }, 30'000) && *stored,
            "the key was not stored");

    core.rotations->resume();
    RotateKeyJob *rotation = core.rotations->rotate({(*stored)->id, Rotation::Method::Api, {}, false});
    QObject::connect(rotation, &RotateKeyJob::stateChanged, rotation, [rotation] {
        if (rotation->state() == RotateKeyJob::State::Proved) {
            say(u"step proved"_s);
            rotation->switchOver();
        }
    });
    QObject::connect(rotation, &KeyJob::finished, &application, [&](const Result<ApiKey> &key) {
        require(key.has_value(), "the key was not rotated");
        const QUuid id = core.rotations->rotations().all().first().id;
        QMetaObject::invokeMethod(
            &application,
            [&core, id] {
                require(core.rotations->schedule(id, std::chrono::milliseconds(300)).has_value(),
                        "nothing was scheduled");
                say(u"step scheduled"_s);
            },
            Qt::QueuedConnection);
    });
    QObject::connect(core.rotations.get(), &RotationService::notice, &application,
                     [] { say(u"step over"_s); });
    return QCoreApplication::exec();
}
