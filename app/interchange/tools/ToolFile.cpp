#include "app/interchange/tools/ToolFile.h"

#include "app/interchange/SourceFile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct ToolFileText
{
    Q_DECLARE_TR_FUNCTIONS(ToolFile)
};

Result<void> checkSize(const QByteArray &bytes, const QString &fileName)
{
    if (bytes.size() > collectionFileLimit)
        return toolFailure(
            fileName, ToolFileText::tr("It is larger than %1 MB.").arg(collectionFileLimit / 1024 / 1024),
            Error::Kind::TooLarge);
    return {};
}

class FolderReader
{
public:
    FolderReader(const QStringList &suffixes, const std::atomic_bool &cancelled)
        : m_suffixes(suffixes)
        , m_cancelled(cancelled)
    {
    }

    Result<void> read(const QString &path, ToolDiskFolder &folder, int depth)
    {
        if (depth > collectionDepthLimit)
            return toolFailure(
                folder.path,
                ToolFileText::tr("Folders are nested more than %1 deep.").arg(collectionDepthLimit));
        // Neither hidden ones nor devices and pipes.
        const QFileInfoList entries =
            QDir(path).entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks, QDir::Name);
        for (const QFileInfo &entry : entries) {
            if (m_cancelled)
                return failure(Error::Kind::Cancelled, ToolFileText::tr("Cancelled."));
            const Result<void> done = entry.isDir() ? readFolder(entry, folder, depth) : readFile(entry, folder);
            if (!done)
                return done;
        }
        return {};
    }

private:
    Result<void> readFolder(const QFileInfo &entry, ToolDiskFolder &parent, int depth)
    {
        const QString name = entry.fileName();
        if (name == "node_modules"_L1)
            return {};
        ToolDiskFolder folder{name, parent.pathOf(name), {}, {}};
        return read(entry.filePath(), folder, depth + 1).map([&] {
            if (!folder.files.empty() || !folder.folders.empty())
                parent.folders.push_back(std::move(folder));
        });
    }

    Result<void> readFile(const QFileInfo &entry, ToolDiskFolder &folder)
    {
        const QString name = entry.fileName();
        if (std::ranges::none_of(m_suffixes, [&name](const QString &suffix) { return name.endsWith(suffix, Qt::CaseInsensitive); }))
            return {};
        if (++m_files > 2 * collectionRequestLimit)
            return toolFailure(
                folder.pathOf(name),
                ToolFileText::tr("The folder holds more than %1 files.").arg(2 * collectionRequestLimit),
                Error::Kind::TooLarge);
        auto file = readSourceFile(entry.filePath(), collectionFileLimit);
        if (!file)
            return tl::unexpected(file.error());
        const std::string_view bytes = file->bytes.reveal();
        m_bytes += static_cast<qsizetype>(bytes.size());
        if (m_bytes > collectionFileLimit)
            return toolFailure(folder.pathOf(name),
                               ToolFileText::tr("The files of the folder are larger than %1 MB in sum.")
                                   .arg(collectionFileLimit / 1024 / 1024),
                               Error::Kind::TooLarge);
        folder.files.push_back({name, QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()))});
        return {};
    }

    const QStringList &m_suffixes;
    const std::atomic_bool &m_cancelled;
    qsizetype m_bytes = 0;
    qsizetype m_files = 0;
};

} // namespace

tl::unexpected<Error> toolFailure(const QString &fileName, const QString &message)
{
    return toolFailure(fileName, message, Error::Kind::InvalidInput);
}

tl::unexpected<Error> toolFailure(const QString &fileName, const QString &message, Error::Kind kind)
{
    return failure(
        kind, fileName.isEmpty()
                  ? message
                  : ToolFileText::tr("%1: %2", "a file and what is wrong with it").arg(fileName, message));
}

Result<SpecTree> readToolTree(const QByteArray &bytes, const CollectionSource &source)
{
    if (const auto size = checkSize(bytes, source.fileName); !size)
        return tl::unexpected(size.error());
    return readSpecTree(bytes, source.fileName, source.cancelled).or_else([&source](const Error &error) -> Result<SpecTree> {
        if (error.kind == Error::Kind::Cancelled)
            return tl::unexpected(error);
        return toolFailure(source.fileName, error.message, error.kind);
    });
}

Result<QString> readToolText(const QByteArray &bytes, const CollectionSource &source)
{
    if (const auto size = checkSize(bytes, source.fileName); !size)
        return tl::unexpected(size.error());
    const bool isUtf8 = bytes.isValidUtf8();
    int line = 0;
    for (qsizetype from = 0; !isUtf8 && from < bytes.size();) {
        ++line;
        qsizetype to = bytes.indexOf('\n', from);
        to = to < 0 ? bytes.size() : to + 1;
        if (!QByteArrayView(bytes).sliced(from, to - from).isValidUtf8())
            return toolFailure(
                source.fileName,
                ToolFileText::tr("Line %1: the text is not UTF-8. Save the file as UTF-8.").arg(line));
        from = to;
    }
    QString text = QString::fromUtf8(bytes.startsWith("\xEF\xBB\xBF") ? bytes.sliced(3) : bytes);
    text.replace("\r\n"_L1, "\n"_L1);
    return text;
}

QString nameFromFile(const QString &fileName)
{
    const QString name = QFileInfo(fileName).completeBaseName();
    return name.isEmpty() ? ToolFileText::tr("Imported requests") : name;
}

const ToolDiskFile *ToolDiskFolder::file(const QString &wanted) const
{
    const auto found = std::ranges::find(files, wanted, &ToolDiskFile::name);
    return found == files.end() ? nullptr : &*found;
}

Result<ToolDiskFolder> readToolFolder(const QString &path, const QStringList &suffixes, const std::atomic_bool &cancelled)
{
    if (!QFileInfo(path).isDir())
        return failure(Error::Kind::NotFound, ToolFileText::tr("%1 is no folder.").arg(path));
    ToolDiskFolder folder{QDir(path).dirName(), {}, {}, {}};
    return FolderReader(suffixes, cancelled).read(path, folder, 0).map([&] { return std::move(folder); });
}

} // namespace keydesk
