#include "app/interchange/GitIgnore.h"

#include "app/interchange/AtomicFile.h"
#include "app/interchange/EnvText.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr unsigned usualMode = 0644;

struct GitIgnoreText
{
    Q_DECLARE_TR_FUNCTIONS(GitIgnore)
};

} // namespace

QString gitIgnoreLine(const QString &workTree, const QString &path)
{
    QString line = u"/"_s;
    for (const QChar c : QDir(workTree).relativeFilePath(path)) {
        if (u"*?[]\\!# "_s.contains(c))
            line += u'\\';
        line += c;
    }
    return line;
}

Result<void> addToGitIgnore(const QString &workTree, const QString &path)
{
    const QString file = workTree + u"/.gitignore"_s;
    const QFileInfo info(file);
    if (info.isSymLink()) // which git does not read
        return failure(
            Error::Kind::Unsupported,
            GitIgnoreText::tr("%1 is a link, which git does not follow. Change it in an editor.").arg(file));
    const QByteArray line = QFile::encodeName(gitIgnoreLine(workTree, path));
    if (line.contains('\n'))
        return failure(Error::Kind::Unsupported,
                       GitIgnoreText::tr("A path with a line break cannot stand in .gitignore."));
    if (!info.exists()) {
        const QByteArray all = line + '\n';
        Result<AtomicFile> made = AtomicFile::create(
            file, Secret(std::string_view(all.constData(), static_cast<std::size_t>(all.size()))), usualMode);
        return made ? made->commit() : tl::unexpected(made.error());
    }
    const Result<SourceFile> before = readSourceFile(file);
    if (!before)
        return tl::unexpected(before.error());
    const std::string_view old = before->bytes.reveal();
    QByteArray all(old.data(), static_cast<qsizetype>(old.size()));
    const bool isWindows = all.contains("\r\n");
    if (!all.isEmpty() && !all.endsWith('\n'))
        all += isWindows ? "\r\n" : "\n";
    all += line + (isWindows ? "\r\n" : "\n");
    Result<AtomicFile> changed = AtomicFile::replace(
        *before, Secret(std::string_view(all.constData(), static_cast<std::size_t>(all.size()))),
        before->mode);
    return changed ? changed->commit() : tl::unexpected(changed.error());
}

} // namespace keydesk
