#include "app/interchange/EnvFile.h"

#include "app/interchange/AtomicFile.h"
#include "app/interchange/DotEnv.h"
#include "app/interchange/FileErrors.h"
#include "app/interchange/SecretSnippet.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr unsigned ownerOnly = 0600;

struct EnvFileText
{
    Q_DECLARE_TR_FUNCTIONS(EnvFile)
};

struct Place
{
    EnvSpan span;
    bool isFound = false;
    bool usesExport = false; // as most lines of the file do
};

/// The last line that sets the variable: the one that counts for whoever reads the file.
Place placeOf(std::string_view text, const QByteArray &variable)
{
    Place place;
    int exports = 0;
    int plain = 0;
    const std::string_view wanted(variable.constData(), static_cast<std::size_t>(variable.size()));
    scanEnv(text, [&](const EnvSpan &span) {
        const bool isExport = span.form == EnvSpan::Form::Shell;
        // In "NAME=value" the quotes stand around the name too.
        const bool isLine = (span.form == EnvSpan::Form::Assignment || isExport) &&
                            (span.quote == '\0' || span.outerBegin < span.begin);
        exports += isExport ? 1 : 0;
        plain += isLine && !isExport ? 1 : 0;
        if (isLine && span.name == wanted) {
            place.span = span;
            place.isFound = true;
        }
        return true;
    });
    place.usesExport = exports > plain;
    return place;
}

Result<QString> environmentFolder(const QString &path)
{
    const QString folder = QFileInfo(QFileInfo(path).path()).canonicalFilePath();
    if (folder.isEmpty())
        return failure(Error::Kind::NotFound,
                       EnvFileText::tr("The folder %1 does not exist. Make it first, or choose another one.")
                           .arg(QFileInfo(path).path()));
    if (!QFileInfo(folder).isDir())
        return failure(Error::Kind::InvalidInput, EnvFileText::tr("%1 is not a folder.").arg(folder));
    if (::access(QFile::encodeName(folder).constData(), W_OK | X_OK) != 0)
        return failure(
            Error::Kind::StorageReadOnly,
            EnvFileText::tr("You may not write into the folder %1. Choose another one.").arg(folder));
    return folder;
}

Result<void> addExisting(EnvFilePlan &plan)
{
    Result<SourceFile> file = readSourceFile(plan.path);
    if (!file)
        return tl::unexpected(file.error());
    if (file->owner != ::geteuid())
        return failure(
            Error::Kind::StorageReadOnly,
            EnvFileText::tr("%1 belongs to another user. Choose a file of your own.").arg(plan.path));
    if (::access(QFile::encodeName(plan.path).constData(), W_OK) != 0)
        return failure(Error::Kind::StorageReadOnly, EnvFileText::tr("%1 is read-only.").arg(plan.path));
    Result<EnvText> text = EnvText::read(file->bytes.copy());
    if (!text)
        return failure(text.error().kind,
                       EnvFileText::tr("%1 cannot be changed. %2").arg(plan.path, text.error().message));
    const Place place = placeOf(text->text(), plan.variable.toLatin1());
    plan.replacedLine = place.isFound ? place.span.line : 0;
    plan.isOpenToOthers = (file->mode & 077) != 0;
    plan.file = std::move(*file);
    plan.text = std::move(*text);
    return {};
}

} // namespace

Result<EnvFilePlan> planEnvFile(const QString &path, const QString &variable)
{
    const QString clean = QDir::cleanPath(path.startsWith("~/"_L1) ? QDir::homePath() + path.mid(1) : path);
    if (!isVariableName(variable))
        return failure(
            Error::Kind::InvalidInput,
            EnvFileText::tr(
                "A variable's name has letters, digits and _ only, and does not begin with a digit."));
    if (path.trimmed().isEmpty() || QDir::isRelativePath(clean))
        return failure(Error::Kind::InvalidInput, EnvFileText::tr("Choose the file, with the whole path."));
    if (path.endsWith(u'/') || QFileInfo(clean).isDir())
        return failure(Error::Kind::InvalidInput,
                       EnvFileText::tr("%1 is a folder. Add the name of the file, such as .env.").arg(clean));
    const QFileInfo named(clean);
    if (named.isSymLink() && !named.exists())
        return failure(Error::Kind::NotFound,
                       EnvFileText::tr("%1 is a link to a file that does not exist.").arg(clean));
    const QString target = named.exists() ? named.canonicalFilePath() : clean;
    const Result<QString> folder = environmentFolder(target);
    if (!folder)
        return tl::unexpected(folder.error());

    EnvFilePlan plan;
    plan.path = *folder + u'/' + QFileInfo(target).fileName();
    plan.linkPath = plan.path == clean ? QString() : clean;
    plan.variable = variable;
    struct stat status
    {
    };
    if (::stat(QFile::encodeName(*folder).constData(), &status) != 0)
        return tl::unexpected(fileError(errno, *folder));
    plan.isFolderOpen = (status.st_mode & S_IWOTH) != 0;
    if (named.exists()) {
        if (const Result<void> added = addExisting(plan); !added)
            return tl::unexpected(added.error());
    }
    return plan;
}

Result<void> writeEnvFile(const EnvFilePlan &plan, const Secret &token)
{
    const QByteArray variable = plan.variable.toLatin1();
    const Secret value = quotedForDotEnv(token);
    const auto line = [&](std::string_view before, std::string_view lineEnd) {
        QByteArray text;
        text.reserve(static_cast<qsizetype>(before.size() + lineEnd.size()) + variable.size() + value.size() +
                     16);
        text.append(before.data(), static_cast<qsizetype>(before.size()));
        text.append(variable).append('=').append(value.reveal().data(), value.size());
        text.append(lineEnd.data(), static_cast<qsizetype>(lineEnd.size()));
        return Secret::take(std::move(text));
    };
    if (!plan.file) {
        Result<AtomicFile> file = AtomicFile::create(plan.path, line({}, "\n"), ownerOnly);
        return file ? file->commit() : tl::unexpected(file.error());
    }

    const std::string_view text = plan.text->text();
    const Place place = placeOf(text, variable);
    const auto end = static_cast<qsizetype>(text.size());
    Secret added;
    Secret whole;
    if (place.isFound) {
        whole = plan.text->with({{static_cast<qsizetype>(place.span.outerBegin),
                                  static_cast<qsizetype>(place.span.outerEnd), value.reveal()}});
    } else {
        const std::string_view lineEnd = plan.text->lineEnd();
        QByteArray before;
        if (!text.empty() && text.back() != '\n' && text.back() != '\r')
            before.append(lineEnd.data(), static_cast<qsizetype>(lineEnd.size()));
        before.append(place.usesExport ? "export " : "");
        added = line(std::string_view(before.constData(), static_cast<std::size_t>(before.size())), lineEnd);
        whole = plan.text->with({{end, end, added.reveal()}});
    }
    Result<AtomicFile> file = AtomicFile::replace(*plan.file, whole, ownerOnly);
    return file ? file->commit() : tl::unexpected(file.error());
}

} // namespace keydesk
