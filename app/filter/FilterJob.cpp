#include "app/filter/FilterJob.h"

#include "app/body/NamelessFile.h"
#include "app/filter/FilterProgress.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QProcess>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qint64 megabyte = 1024LL * 1024;

QString sizeWords(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

QString nameOf(FilterLanguage language)
{
    switch (language) {
    case FilterLanguage::Jq:
        break;
    case FilterLanguage::Pointer:
        return u"pointer"_s;
    case FilterLanguage::Path:
        return u"path"_s;
    }
    return u"jq"_s;
}

/// For reading alone, whatever it was opened for; -1: errno says why there is none.
int readOnly(int descriptor)
{
    return ::open(QFile::encodeName(u"/proc/self/fd/%1"_s.arg(descriptor)).constData(), O_RDONLY | O_CLOEXEC);
}

QString translated(const QString &sentence)
{
    return QCoreApplication::translate("FilterProgram", sentence.toUtf8().constData());
}

} // namespace

FilterJob::Limits FilterJob::Limits::forBody(qint64 size)
{
    // jq takes 10 to 40 times the body: each value is an object of its own.
    constexpr qint64 leastMemory = 512 * megabyte;
    constexpr qint64 memoryPerByte = 40;
    constexpr qint64 leastOutput = 1024 * megabyte;
    const qint64 machine = qint64(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
    Limits limits;
    limits.memory = std::min(leastMemory + memoryPerByte * size, std::max(leastMemory, machine / 2));
    limits.output = leastOutput + size;
    return limits;
}

FilterJob::FilterJob(std::shared_ptr<const FileBytes> body, FilterLanguage language,
                     const QString &expression, QObject *parent)
    : QObject(parent)
    , m_body(std::move(body))
    , m_language(language)
    , m_expression(expression)
{
    constexpr int often = 100; // milliseconds
    m_telling.setInterval(often);
    m_time.setSingleShot(true);
    connect(&m_telling, &QTimer::timeout, this, &FilterJob::tellProgress);
    connect(&m_time, &QTimer::timeout, this, &FilterJob::pause);
}

FilterJob::~FilterJob()
{
    if (m_process) {
        m_process->disconnect(this);
        m_process->kill();
        constexpr int patience = 50; // milliseconds
        if (m_process->waitForFinished(patience)) {
            delete m_process;
        } else { // giving back much memory takes the system longer than the window should wait
            m_process->setParent(nullptr);
            connect(m_process, &QProcess::finished, m_process, &QObject::deleteLater);
        }
    }
    if (m_progress)
        ::munmap(m_progress, sizeof(FilterProgress));
    if (m_shared >= 0)
        ::close(m_shared);
}

bool FilterJob::makeFiles(const QString &folder)
{
    m_shared = ::memfd_create("progress", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    constexpr auto size = sizeof(FilterProgress);
    // Nobody can take it away from under this process.
    if (m_shared < 0 || ::ftruncate(m_shared, size) != 0 ||
        ::fcntl(m_shared, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
        return false;
    void *memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, m_shared, 0);
    if (memory == MAP_FAILED)
        return false;
    m_progress = new (memory) FilterProgress;
    if (m_body->descriptor() < 0)
        m_body = m_body->asFile();
    if (!m_body)
        return false;
    const int output = namelessFile(folder);
    if (output < 0)
        return false;
    m_output = FileBytes::owning(output);
    return true;
}

void FilterJob::start(const QString &program, const QString &folder, const Limits &limits)
{
    m_limits = limits;
    const auto endWith = [this](int reason, const QString &sentence) {
        fail(reason == ENOSPC ? Error::Kind::DiskFull : Error::Kind::StorageFailed, sentence);
        QMetaObject::invokeMethod(this, &FilterJob::ended, Qt::QueuedConnection);
    };
    if (!makeFiles(folder)) {
        const int reason = errno;
        endWith(reason, tr("The results cannot be kept in %1: %2.")
                            .arg(folder, QString::fromLocal8Bit(std::strerror(reason))));
        return;
    }
    const int body = readOnly(m_body->descriptor()); // what a body is written through may write it
    if (body < 0) {
        const int reason = errno;
        endWith(reason, tr("The body cannot be given to the program that filters: %1.")
                            .arg(QString::fromLocal8Bit(std::strerror(reason))));
        return;
    }
    m_process = new QProcess(this);
    QProcessEnvironment none;
    none.insert(u"LC_ALL"_s, u"C"_s); // an empty one would mean this process's
    m_process->setProcessEnvironment(none);
    m_process->setWorkingDirectory(u"/"_s);
    m_process->setStandardErrorFile(QProcess::nullDevice());
    const int descriptors[] = {body, m_output->descriptor(), m_shared};
    m_process->setChildProcessModifier([descriptors] {
        for (const int descriptor : descriptors)
            ::fcntl(descriptor, F_SETFD, 0); // it survives the start of the program
    });
    connect(m_process, &QProcess::readyReadStandardOutput, this, &FilterJob::takeReports);
    connect(m_process, &QProcess::finished, this, &FilterJob::takeEnd, Qt::QueuedConnection);
    connect(
        m_process, &QProcess::errorOccurred, this,
        [this, program](QProcess::ProcessError error) {
            if (error != QProcess::FailedToStart)
                return;
            fail(Error::Kind::Unsupported,
                 tr("Nothing can be filtered: a part of Keydesk is missing, %1. Install Keydesk again.")
                     .arg(program),
                 m_process->errorString());
            takeEnd();
        },
        Qt::QueuedConnection);
    QStringList arguments;
    for (const int descriptor : descriptors)
        arguments << QString::number(descriptor);
    m_process->start(program, arguments);
    ::close(body);
    m_process->write(QJsonDocument(QJsonObject{{u"language"_s, nameOf(m_language)},
                                               {u"expression"_s, m_expression},
                                               {u"memory"_s, limits.memory},
                                               {u"output"_s, limits.output}})
                         .toJson(QJsonDocument::Compact));
    m_process->closeWriteChannel();
    m_telling.start();
    m_time.start(limits.time);
}

void FilterJob::stop()
{
    if (!m_process || m_isStopped)
        return;
    m_isStopped = true;
    m_process->kill();
}

void FilterJob::pause()
{
    if (!m_process || m_process->processId() == 0 || m_isStopped)
        return;
    ::kill(pid_t(m_process->processId()), SIGSTOP);
    m_isWaiting = true;
    tellProgress();
    Q_EMIT timeUp();
}

void FilterJob::keepGoing()
{
    if (!m_isWaiting || !m_process || m_process->processId() == 0)
        return;
    m_isWaiting = false;
    ::kill(pid_t(m_process->processId()), SIGCONT);
    m_time.start(m_limits.time);
}

qint64 FilterJob::results() const
{
    return m_progress ? m_progress->results.load(std::memory_order_relaxed) : 0;
}

qint64 FilterJob::errors() const
{
    return m_progress ? m_progress->errors.load(std::memory_order_relaxed) : 0;
}

qint64 FilterJob::documents() const
{
    return m_progress ? m_progress->documents.load(std::memory_order_relaxed) : 0;
}

qint64 FilterJob::read() const
{
    return m_progress ? m_progress->read.load(std::memory_order_relaxed) : 0;
}

void FilterJob::tellProgress()
{
    const qint64 now = results() + errors() + read() + m_messages.size() + m_output->size();
    if (now == m_told)
        return;
    m_told = now;
    Q_EMIT grew();
}

void FilterJob::takeReports()
{
    while (m_process && m_process->canReadLine())
        takeReport(QJsonDocument::fromJson(m_process->readLine()).object());
}

void FilterJob::takeReport(const QJsonObject &report)
{
    const QString kind = report[u"kind"_s].toString();
    const QString text = report[u"text"_s].toString();
    const int status = report[u"status"_s].toInt();
    const qint64 offset = report[u"offset"_s].toInteger(-1);
    if (kind == u"error"_s || kind == u"debug"_s || kind == u"stderr"_s) {
        const bool isError = kind == u"error"_s;
        m_messages.append({isError ? FilterMessage::Kind::Error : FilterMessage::Kind::Debug,
                           report[u"document"_s].toInteger(), isError ? translated(text) : text});
        return;
    }
    if (kind == u"rounded"_s) {
        m_hasRounded = true;
        return;
    }
    m_hasLastWord = true;
    if (kind == u"expression"_s) {
        m_problem = FilterProblem{translated(text), {}};
        if (offset >= 0)
            m_problem->place = QString::fromUtf8(m_expression.toUtf8().left(offset)).size();
    } else if (kind == u"body"_s) {
        fail(Error::Kind::BadResponse,
             offset >= 0 ? tr("From byte %L1 on the body is no JSON: %2.").arg(offset).arg(translated(text))
                         : tr("The body is no JSON any more: %1.").arg(text));
    } else if (kind == u"depth"_s) {
        fail(Error::Kind::TooLarge,
             tr("jq reads no more than %L1 levels, and the body has more. JSON Path reads more.")
                 .arg(report[u"levels"_s].toInt()));
    } else if (kind == u"memory"_s) {
        fail(Error::Kind::TooLarge, tr("It would take more than %1 of memory. JSON Path takes next to none.")
                                        .arg(sizeWords(m_limits.memory)));
    } else if (kind == u"walls"_s) {
        fail(Error::Kind::Unsupported, tr("Nothing is filtered: this system refuses to shut in the program "
                                          "that filters (seccomp: %1), and without that it "
                                          "does not run.")
                                           .arg(QString::fromLocal8Bit(std::strerror(status))));
    } else if (kind == u"output"_s && status == EFBIG) {
        fail(Error::Kind::TooLarge,
             tr("The result is cut: it is larger than %1.").arg(sizeWords(m_limits.output)));
    } else if (kind == u"output"_s) {
        fail(status == ENOSPC || status == EDQUOT ? Error::Kind::DiskFull : Error::Kind::StorageFailed,
             tr("The result is cut, because it cannot be written: %1.")
                 .arg(QString::fromLocal8Bit(std::strerror(status))));
    } else if (kind == u"halted"_s) {
        fail(Error::Kind::Cancelled,
             text.isEmpty() ? tr("The expression has ended it with status %1.").arg(status)
                            : tr("The expression has ended it with status %1: %2").arg(status).arg(text));
    }
}

void FilterJob::takeEnd()
{
    takeReports();
    m_telling.stop();
    m_time.stop();
    m_isWaiting = false;
    if (m_isStopped && !m_hasLastWord)
        fail(Error::Kind::Cancelled, tr("Stopped."));
    else if (!m_hasLastWord && !m_error)
        fail(Error::Kind::Unsupported,
             m_process->exitStatus() == QProcess::CrashExit
                 ? tr("The program that filters has ended with signal %1. jq cannot do everything that it "
                      "is asked for.")
                       .arg(m_process->exitCode())
                 : tr("The program that filters has ended with status %1.").arg(m_process->exitCode()));
    m_process->deleteLater();
    m_process = nullptr;
    Q_EMIT grew();
    Q_EMIT ended();
}

void FilterJob::fail(Error::Kind kind, const QString &message, const QString &detail)
{
    m_error = Error{kind, message, detail};
}

} // namespace keydesk
