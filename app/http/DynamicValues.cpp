#include "app/http/DynamicValues.h"

#include "app/base/Redactor.h"
#include "app/http/DynamicDates.h"
#include "app/interchange/DotEnv.h"
#include "app/interchange/EnvText.h"
#include "app/interchange/SourceFile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTimeZone>
#include <QUuid>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct DynamicValuesText
{
    Q_DECLARE_TR_FUNCTIONS(DynamicValues)
};

tl::unexpected<Error> wrong(const QString &message)
{
    return failure(Error::Kind::InvalidInput, message);
}

QString randomText(const QString &letters, int length)
{
    QString text(length, Qt::Uninitialized);
    for (QChar &c : text)
        c = letters.at(QRandomGenerator::global()->bounded(letters.size()));
    return text;
}

/// [from, to).
Result<QString> randomInteger(qint64 from, qint64 to)
{
    if (from >= to || from < -9'007'199'254'740'992 || to > 9'007'199'254'740'992)
        return wrong(DynamicValuesText::tr("there is no whole number from %1 up to, but without, %2")
                         .arg(from)
                         .arg(to));
    return QString::number(from + QRandomGenerator::global()->bounded(to - from));
}

Result<QString> randomFloat(double from, double to)
{
    if (!(from < to) || !qIsFinite(from) || !qIsFinite(to))
        return wrong(DynamicValuesText::tr("there is no number between %1 and %2").arg(from).arg(to));
    return QString::number(from + (to - from) * QRandomGenerator::global()->generateDouble(), 'f', 4);
}

/// JetBrains: "random.integer(1, 10)".
Result<QString> random(const QString &what, const QString &arguments)
{
    const QStringList values = arguments.trimmed().isEmpty() ? QStringList() : arguments.split(u',');
    bool areNumbers = true;
    QList<double> numbers;
    for (const QString &value : values) {
        bool isNumber = false;
        numbers.append(value.trimmed().toDouble(&isNumber));
        areNumbers = areNumbers && isNumber && qAbs(numbers.last()) <= 9'007'199'254'740'992.0;
    }
    const bool isRange = what == "integer"_L1 || what == "float"_L1;
    if (!areNumbers || !(values.isEmpty() || values.size() == (isRange ? 2 : 1)))
        return wrong(DynamicValuesText::tr("“%1” are not the numbers that it takes").arg(arguments.left(80)));
    if (what == "integer"_L1)
        return values.isEmpty()
                   ? randomInteger(0, 1000)
                   : randomInteger(static_cast<qint64>(numbers.at(0)), static_cast<qint64>(numbers.at(1)));
    if (what == "float"_L1)
        return values.isEmpty() ? randomFloat(0, 1000) : randomFloat(numbers.at(0), numbers.at(1));
    const double length = values.isEmpty() ? 10 : numbers.first();
    if (length < 0 || length > DynamicValues::longestRandom)
        return wrong(
            DynamicValuesText::tr("it can be up to %1 characters long").arg(DynamicValues::longestRandom));
    const QString alphabet = u"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"_s;
    const QString letters = what == "alphabetic"_L1     ? alphabet
                            : what == "alphanumeric"_L1 ? alphabet + u"0123456789_"_s
                                                        : u"0123456789abcdef"_s;
    return randomText(letters, static_cast<int>(length));
}

QString newUuid()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

} // namespace

DynamicValues::DynamicValues(DynamicContext context)
    : m_context(std::move(context))
{
    if (!m_context.now)
        m_context.now = [] { return QDateTime::currentDateTimeUtc(); };
    if (!m_context.processEnv) {
        m_context.processEnv = [](const QString &name) {
            const QByteArray local = name.toLocal8Bit();
            return qEnvironmentVariableIsSet(local.constData())
                       ? std::optional(qEnvironmentVariable(local.constData()))
                       : std::nullopt;
        };
    }
}

Result<QString> DynamicValues::value(const QString &expression, const Lookup &lookup) const
{
    static const QRegularExpression randomForm(
        u"^\\$random\\.(integer|float|alphabetic|alphanumeric|hexadecimal)(?:\\((.*)\\))?$"_s);
    if (const auto match = randomForm.match(expression); match.hasMatch())
        return random(match.captured(1), match.captured(2));
    const QString name = expression.section(QRegularExpression(u"\\s"_s), 0, 0);
    const QString arguments = expression.sliced(name.size()).trimmed();
    const QDateTime now = m_context.now();
    if (name == "$datetime"_L1)
        return dateText(now.toUTC(), arguments);
    if (name == "$localDatetime"_L1)
        return dateText(now.toLocalTime(), arguments);
    if (name == "$timestamp"_L1)
        return timestampText(now, arguments);
    if (name == "$processEnv"_L1)
        return fromEnvironment(arguments, lookup);
    if (name == "$dotenv"_L1)
        return fromDotEnv(arguments, lookup);
    if (name == "$randomInt"_L1) {
        const QStringList limits = arguments.simplified().split(u' ', Qt::SkipEmptyParts);
        if (limits.isEmpty())
            return randomInteger(0, 1001); // JetBrains: from 0 to 1000
        bool areNumbers = limits.size() == 2;
        const qint64 from = limits.first().toLongLong(&areNumbers);
        bool isSecond = false;
        const qint64 to = limits.last().toLongLong(&isSecond);
        if (!areNumbers || !isSecond || limits.size() != 2)
            return wrong(DynamicValuesText::tr(
                "write the least number, and the one behind the greatest: {{$randomInt 1 10}}"));
        return randomInteger(from, to);
    }
    if (name.startsWith("$env."_L1) && arguments.isEmpty())
        return fromEnvironment(name.sliced(5), lookup);
    if (!arguments.isEmpty())
        return wrong(DynamicValuesText::tr("there is no such value"));
    if (name == "$guid"_L1 || name == "$uuid"_L1 || name == "$random.uuid"_L1)
        return newUuid();
    if (name == "$isoTimestamp"_L1)
        return formattedTime(now.toUTC(), u"YYYY-MM-DD[T]HH:mm:ss.SSS[Z]"_s);
    if (name == "$random.email"_L1)
        return randomText(u"abcdefghijklmnopqrstuvwxyz"_s, 10) + u"@example.com"_s;
    if (name == "$projectRoot"_L1 && !m_context.projectRoot.isEmpty())
        return m_context.projectRoot;
    if (name == "$historyFolder"_L1)
        return wrong(DynamicValuesText::tr("Keydesk keeps no folder of answers"));
    return wrong(DynamicValuesText::tr("there is no such value"));
}

/// "%NAME": the environment has the name of what is meant.
static Result<QString> meantName(const QString &argument, const DynamicValues::Lookup &lookup)
{
    if (!argument.startsWith(u'%'))
        return argument;
    const QString name = argument.sliced(1);
    const auto value = lookup ? lookup(name) : std::nullopt;
    if (!value)
        return wrong(DynamicValuesText::tr("there is no variable %1 that would name it").arg(name.left(80)));
    return *value;
}

Result<QString> DynamicValues::fromEnvironment(const QString &argument, const Lookup &lookup) const
{
    const auto name = meantName(argument, lookup);
    if (!name)
        return name;
    const auto found = name->isEmpty() ? std::nullopt : m_context.processEnv(*name);
    if (!found)
        return failure(Error::Kind::NotFound,
                       DynamicValuesText::tr("the environment variable %1 is not set").arg(name->left(80)));
    if (m_context.secretFound && Redactor::isCredentialHeader(name->toUtf8()))
        m_context.secretFound(Secret(found->toStdString()));
    return *found;
}

Result<QString> DynamicValues::fromDotEnv(const QString &argument, const Lookup &lookup) const
{
    const auto name = meantName(argument, lookup);
    if (!name)
        return name;
    QString path;
    QDir folder(m_context.folder);
    while (!m_context.folder.isEmpty()) {
        path = folder.filePath(u".env"_s);
        const bool isTop = folder.absolutePath() == QDir(m_context.projectRoot).absolutePath() ||
                           m_context.projectRoot.isEmpty();
        if (QFileInfo::exists(path) || isTop || !folder.cdUp())
            break;
        path.clear();
    }
    if (path.isEmpty() || !QFileInfo::exists(path))
        return failure(Error::Kind::NotFound,
                       DynamicValuesText::tr("there is no .env file beside the request's file"));
    auto file = readSourceFile(path);
    if (!file)
        return failure(file.error().kind,
                       DynamicValuesText::tr("its file could not be read: %1").arg(file.error().message));
    const auto text = EnvText::read(std::move(file->bytes));
    if (!text)
        return failure(text.error().kind,
                       DynamicValuesText::tr("its file could not be read: %1").arg(text.error().message));
    std::optional<Secret> found;
    const std::string wanted = name->toStdString();
    scanEnv(text->text(), [&](const EnvSpan &span) {
        const bool isAssignment = span.form == EnvSpan::Form::Assignment || span.form == EnvSpan::Form::Shell;
        if (isAssignment && !span.inComment && span.name == wanted)
            found = valueOf(text->text(), span); // the last one counts
        return true;
    });
    if (!found)
        return failure(Error::Kind::NotFound,
                       DynamicValuesText::tr("%1 has no variable %2").arg(path, name->left(80)));
    if (m_context.secretFound)
        m_context.secretFound(*found);
    const std::string_view bytes = found->reveal();
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

} // namespace keydesk
