#include "app/cli/commands/Convert.h"

#include "app/Core.h"
#include "app/cli/Options.h"
#include "app/cli/Session.h"
#include "app/cli/StandardInput.h"
#include "app/interchange/AtomicFile.h"
#include "app/interchange/collection/CollectionFiles.h"
#include "app/interchange/collection/RedactedCollection.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

constexpr unsigned closedToOthers = 0600;

QStringList formatIds(bool CollectionFormatInfo::*way)
{
    QStringList ids;
    for (const CollectionFormatInfo &format : collectionFormats()) {
        if (format.*way)
            ids << format.id;
    }
    return ids;
}

/// What --json calls it, for good.
QString noteId(ImportNote::What what)
{
    switch (what) {
    case ImportNote::What::Changed:
        break;
    case ImportNote::What::ToKeychain:
        return u"takenOut"_s;
    case ImportNote::What::NotExpressed:
        return u"notExpressed"_s;
    }
    return u"changed"_s;
}

} // namespace

Convert::Convert()
    : Command(u"convert"_s, tr("Converts requests from one format to another, without their credentials."))
{
}

void Convert::declare(CLI::App &app)
{
    addText(app, "input", m_input, Value::File, tr("The file or folder that is read; - is standard input."));
    addChoice(app, "--from", m_from, QStringList{u"auto"_s} + formatIds(&CollectionFormatInfo::isReadable),
              tr("The format that is read; auto, if nothing is said, tells it by the content."));
    addChoice(app, "--to", m_to, formatIds(&CollectionFormatInfo::isWritable), tr("The format that is written."));
    addText(app, "-o,--output", m_outputPath, Value::File, tr("The file, or the folder, that it is written to instead of standard output."));
    addFlag(app, "--force", m_force, tr("Replaces a file that is there."));
}

void Convert::start()
{
    if (m_input.isEmpty())
        m_input = tail().value(0);
    if (m_input.isEmpty())
        return fail({Error::Kind::InvalidInput, tr("What is to be converted? Name a file or a folder, or - for standard input."), {}});
    const std::optional<CollectionFormat> to = formatOf(m_to);
    if (!to)
        return fail({Error::Kind::InvalidInput, tr("--to tells the format that is written. There are: %1.")
                                                    .arg(formatIds(&CollectionFormatInfo::isWritable).join(", "_L1)), {}});
    m_format = *to;
    const Result<Core *> core = session().core();
    if (!core)
        return fail(core.error());
    m_core = *core;
    m_patterns = tokenPatterns(m_core->providers);
    const CollectionReading reading{m_patterns, formatOf(m_from)};
    const auto done = [this](const Result<ImportedCollection> &imported) { convert(imported); };
    if (m_input != "-"_L1) {
        m_background.run(
            this, [this, reading] { return readCollectionPath(m_input, reading, m_cancelled); }, done);
        return;
    }
    const Result<QByteArray> bytes = readInput(session().signalWatch(), collectionFileLimit);
    if (!bytes)
        return refuse(bytes.error());
    m_background.run(
        this, [this, reading, text = *bytes] { return readCollection(text, {{}, m_cancelled}, reading); }, done);
}

void Convert::interrupt(const CaughtSignal &signal)
{
    m_signal = 128 + signal.number;
    m_cancelled = true;
    end(*m_signal);
}

void Convert::convert(const Result<ImportedCollection> &imported)
{
    if (m_signal)
        return;
    if (!imported)
        return refuse(imported.error());
    const Result<Written> written = write(imported->collection);
    if (!written)
        return refuse(written.error());
    session().output().data(written->bytes);
    report(*imported, *written);
    end(ExitCode::Ok);
}

Result<Convert::Written> Convert::write(const Collection &collection) const
{
    if (m_outputPath.endsWith(u'/') || QFileInfo(m_outputPath).isDir())
        return writeInto(m_outputPath, collection);
    return writeTo(m_outputPath == "-"_L1 ? QString() : m_outputPath, collection);
}

/// One file, and those of the environments beside it; none of them if one is in the way. An empty path is standard output.
Result<Convert::Written> Convert::writeTo(const QString &path, const Collection &collection) const
{
    const Result<WrittenCollection> made = writeCollection(m_format, collection, m_core->redactor, m_patterns);
    if (!made)
        return tl::unexpected(made.error());
    Written written{path, path.isEmpty() ? made->bytes : QByteArray(), made->notes};
    QList<std::pair<QString, QByteArray>> files;
    if (!path.isEmpty())
        files.append({path, made->bytes});
    for (const WrittenCollection::Environment &each : made->environments) {
        const QString beside = QFileInfo(path).dir().filePath(each.fileName);
        const bool isDouble = std::ranges::any_of(files, [&beside](const auto &file) { return file.first == beside; });
        if (path.isEmpty() || isDouble)
            written.notes.append({ImportNote::What::NotExpressed, each.fileName, tr("This environment is left out: it needs a file of its own, beside the one that -o names.")});
        else
            files.append({beside, each.bytes});
    }
    for (const auto &[name, bytes] : files) {
        if (QFileInfo::exists(name) && !m_force)
            return failure(Error::Kind::InvalidInput, tr("%1 is there already. Nothing was written; --force replaces it.").arg(name));
    }
    for (const auto &[name, bytes] : files) {
        if (const Result<void> done = writeFile(name, bytes); !done)
            return tl::unexpected(done.error());
        if (name != path)
            written.notes.append({ImportNote::What::Changed, QFileInfo(name).fileName(), tr("An environment is in this file.")});
    }
    return written;
}

/// .http files in folders as the collection has them; any other format as one file of the input's name.
Result<Convert::Written> Convert::writeInto(const QString &folder, const Collection &collection) const
{
    if (!QFileInfo(folder).isDir())
        return failure(Error::Kind::NotFound, tr("There is no folder %1. Nothing was written.").arg(folder));
    if (m_format == CollectionFormat::Http) {
        const RedactedCollection redacted = redactedCollection(collection, m_core->redactor, m_patterns);
        const Result<CollectionFiles> files = planFiles(redacted.collection, m_cancelled);
        if (!files)
            return tl::unexpected(files.error());
        return writeFiles(*files, folder).map([&](const FileChange &change) { return Written{change.place.file, {}, redacted.notes + files->notes}; });
    }
    const QString name = m_input == "-"_L1 ? u"requests"_s : QFileInfo(QDir::cleanPath(m_input)).completeBaseName();
    const QString path = QDir(folder).filePath(name + formatInfo(m_format).files.constFirst().mid(1));
    return writeTo(path, collection);
}

Result<void> Convert::writeFile(const QString &path, const QByteArray &bytes) const
{
    const Secret content(bytes.toStdString());
    if (!QFileInfo::exists(path))
        return AtomicFile::create(path, content, closedToOthers).and_then([](AtomicFile &&file) { return file.commit(); });
    const Result<SourceFile> before = readSourceFile(path, collectionFileLimit);
    if (!before)
        return tl::unexpected(before.error());
    return AtomicFile::replace(*before, content, before->mode).and_then([](AtomicFile &&file) { return file.commit(); });
}

void Convert::report(const ImportedCollection &imported, const Written &written)
{
    Output &output = session().output();
    QJsonArray notes;
    for (const ImportNote &note : imported.notes + written.notes) {
        notes.append(QJsonObject{{u"what"_s, noteId(note.what)}, {u"place"_s, note.place}, {u"text"_s, note.text}});
        output.fact(note.place.isEmpty() ? note.text : tr("%1: %2").arg(note.place, note.text));
    }
    QJsonArray credentials;
    for (const FoundCredential &found : imported.credentials) // told by the notes
        credentials.append(QJsonObject{{u"variable"_s, found.variable}, {u"place"_s, found.place}});
    output.fact(tr("%n request(s) were read: %1.", nullptr, static_cast<int>(imported.collection.requests.size())).arg(imported.format));
    if (!written.path.isEmpty())
        output.fact(tr("Written: %1").arg(written.path));
    const QJsonObject all{
        {u"from"_s, imported.format},
        {u"to"_s, m_to},
        {u"requests"_s, imported.collection.requests.size()},
        {u"written"_s, written.path},
        {u"credentials"_s, credentials},
        {u"notes"_s, notes},
    };
    if (!output.isJson())
        return;
    if (written.path.isEmpty())
        output.fact(all); // the requests themselves are on standard output
    else
        output.document(all);
}

/// A file that is too large is one that cannot be used; nothing was to be sent.
void Convert::refuse(const Error &error)
{
    session().output().error(error);
    end(error.kind == Error::Kind::TooLarge ? ExitCode::Usage : exitCodeFor(error.kind));
}

} // namespace keydesk::cli
