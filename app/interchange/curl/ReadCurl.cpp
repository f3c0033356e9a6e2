#include "app/interchange/curl/Curl.h"
#include "app/interchange/curl/CurlOptions.h"
#include "app/interchange/curl/CurlRequest.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStringDecoder>

#include <optional>
#include <utility>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct ReadCurlText
{
    Q_DECLARE_TR_FUNCTIONS(ReadCurl)
};

tl::unexpected<Error> invalid(const QString &fileName, const QString &sentence)
{
    return failure(Error::Kind::InvalidInput,
                   ReadCurlText::tr("%1: %2").arg(
                       fileName.isEmpty() ? ReadCurlText::tr("The pasted text") : fileName, sentence));
}

bool isCurl(const QString &word)
{
    const qsizetype slash = qMax(word.lastIndexOf(u'/'), word.lastIndexOf(u'\\'));
    const QString name = word.sliced(slash + 1).toLower();
    return name == "curl"_L1 || name == "curl.exe"_L1;
}

/// A prompt that was copied along, and programs that run another one.
bool isBefore(const QString &word)
{
    static const QStringList known{u"$"_s, u"%"_s, u">"_s, u"sudo"_s, u"time"_s, u"command"_s, u"exec"_s, u"env"_s};
    return known.contains(word);
}

QString shellName(Shell shell)
{
    return shell == Shell::Cmd ? u"cmd"_s : shell == Shell::PowerShell ? u"PowerShell"_s : u"bash"_s;
}

/// Windows PowerShell hands quotes on only behind a backslash, so people write them so.
void takeBackslashes(ShellCommand &command, QList<ImportNote> &notes)
{
    bool anyChanged = false;
    for (ShellWord &word : command.words) {
        if (!word.text.contains("\\\""_L1))
            continue;
        word.text.replace("\\\""_L1, "\""_L1);
        anyChanged = true;
    }
    if (anyChanged)
        notes.append({ImportNote::What::Changed, placeText(command.words.constFirst().place),
                      ReadCurlText::tr("\\\" was taken for a quote, as Windows PowerShell hands it on.")});
}

class Reader
{
public:
    Reader(ShellText text, const CollectionSource &source)
        : m_text(std::move(text))
        , m_source(source)
    {
        m_imported.notes = m_text.notes;
        m_imported.collection.variables = m_text.variables;
    }

    Result<ImportedCollection> read(Shell shell)
    {
        bool anyCurl = false;
        for (ShellCommand &command : m_text.commands) {
            if (m_source.cancelled)
                return failure(Error::Kind::Cancelled, ReadCurlText::tr("Reading the commands was stopped."));
            while (command.words.size() > 1 && isBefore(command.words.constFirst().text))
                command.words.removeFirst();
            if (!isCurl(command.words.constFirst().text)) {
                skip(command);
                continue;
            }
            anyCurl = true;
            if (shell == Shell::PowerShell)
                takeBackslashes(command, m_imported.notes);
            if (const Result<void> read = readCommand(command); !read)
                return tl::unexpected(read.error());
            if (m_imported.collection.requests.size() > collectionRequestLimit)
                return failure(Error::Kind::TooLarge, ReadCurlText::tr("%1 holds more than %2 requests.")
                                                          .arg(m_source.fileName)
                                                          .arg(collectionRequestLimit));
        }
        if (!anyCurl)
            return invalid(m_source.fileName, ReadCurlText::tr("there is no curl command in it."));
        if (m_imported.collection.requests.isEmpty())
            return invalid(m_source.fileName,
                           ReadCurlText::tr("no curl command in it names a URL that Keydesk calls."));
        m_imported.format = u"cURL (%1)"_s.arg(shellName(shell));
        m_imported.collection.name = QFileInfo(m_source.fileName).completeBaseName();
        return std::move(m_imported);
    }

private:
    void skip(const ShellCommand &command)
    {
        static const QRegularExpression plain(u"^[A-Za-z][A-Za-z0-9_.-]{0,31}$"_s);
        const QString &name = command.words.constFirst().text;
        m_imported.notes.append(
            {ImportNote::What::NotExpressed, placeText(command.words.constFirst().place),
             plain.match(name).hasMatch()
                 ? ReadCurlText::tr("The command %1 was left out: it is not curl.").arg(name)
                 : ReadCurlText::tr("A command was left out: it is not curl.")});
    }

    tl::unexpected<Error> at(const ShellWord &word, const QString &sentence) const
    {
        return invalid(m_source.fileName, ReadCurlText::tr("%1: %2").arg(placeText(word.place), sentence));
    }

    Result<void> readCommand(const ShellCommand &command)
    {
        std::optional<CurlRequest> request(std::in_place, m_imported.notes, command.input);
        const auto finish = [&] { m_imported.collection.requests += request->requests(command.title); };
        bool onlyUrls = false;
        for (qsizetype i = 1; i < command.words.size(); ++i) {
            const ShellWord &word = command.words.at(i);
            if (onlyUrls || !word.text.startsWith(u'-') || word.text == "-"_L1) {
                request->takeUrl(word);
            } else if (word.text == "--"_L1) {
                onlyUrls = true;
            } else if (word.text == "--next"_L1 || word.text == "-:"_L1) {
                finish();
                request.emplace(m_imported.notes, command.input);
            } else {
                const auto taken = word.text.startsWith("--"_L1) ? takeLong(command, i, *request) : takeShort(command, i, *request);
                if (!taken)
                    return tl::unexpected(taken.error());
                i = *taken;
            }
        }
        if (request->isEmpty())
            m_imported.notes.append({ImportNote::What::NotExpressed,
                                     placeText(command.words.constFirst().place),
                                     ReadCurlText::tr("This curl command names no URL. It was left out.")});
        finish();
        return {};
    }

    /// Where the option ends.
    Result<qsizetype> takeLong(const ShellCommand &command, qsizetype i, CurlRequest &request)
    {
        const ShellWord &word = command.words.at(i);
        const QString name = word.text.sliced(2);
        bool isOn = true;
        const CurlOption *option = curlOption(name);
        if (!option && name.startsWith("no-"_L1)) {
            option = curlOption(name.sliced(3));
            isOn = false;
            if (option && option->takesValue)
                option = nullptr;
        }
        if (!option)
            return at(word,
                      ReadCurlText::tr("curl has no option --%1.").arg(name.section(u'=', 0, 0).left(40)));
        if (!option->takesValue) {
            request.take(*option, {{}, word.place}, isOn);
            return i;
        }
        if (i + 1 >= command.words.size())
            return at(word, ReadCurlText::tr("the option --%1 needs a value.").arg(option->name));
        request.take(*option, command.words.at(i + 1), true);
        return i + 1;
    }

    /// "-sSLXPOST": letters, the last of which may have its value behind it or in the next word.
    Result<qsizetype> takeShort(const ShellCommand &command, qsizetype i, CurlRequest &request)
    {
        const ShellWord &word = command.words.at(i);
        for (qsizetype letter = 1; letter < word.text.size(); ++letter) {
            const CurlOption *option = curlOption(word.text.at(letter));
            if (!option)
                return at(word, ReadCurlText::tr("curl has no option -%1.").arg(word.text.at(letter)));
            if (!option->takesValue) {
                request.take(*option, {{}, word.place}, true);
                continue;
            }
            if (letter + 1 < word.text.size()) {
                request.take(*option, {word.text.sliced(letter + 1), word.place, word.isWhole}, true);
                return i;
            }
            if (i + 1 >= command.words.size())
                return at(word, ReadCurlText::tr("the option -%1 needs a value.").arg(word.text.at(letter)));
            request.take(*option, command.words.at(i + 1), true);
            return i + 1;
        }
        return i;
    }

    ShellText m_text;
    const CollectionSource &m_source;
    ImportedCollection m_imported;
};

} // namespace

bool looksLikeCurl(const QString &text)
{
    static const QRegularExpression form(u"^\\s*(?:[$%>#] ?)?(?:[^\\s'\"]*[/\\\\])?curl(?:\\.exe)?[\\s\\\\^`]"_s, QRegularExpression::CaseInsensitiveOption);
    return form.match(text).hasMatch();
}

Result<ImportedCollection> readCurl(const QString &text, Shell shell, const CollectionSource &source)
{
    if (const qsizetype null = text.indexOf(QChar(0)); null >= 0)
        return invalid(source.fileName,
                       ReadCurlText::tr("line %1 has a null character in it. This is not a text of commands.")
                           .arg(QStringView(text).first(null).count(u'\n') + 1));
    Result<ShellText> words = shellText(text, shell, source.fileName, source.cancelled);
    if (!words)
        return tl::unexpected(words.error());
    return Reader(std::move(*words), source).read(shell);
}

Result<ImportedCollection> readCurl(const QByteArray &bytes, const CollectionSource &source)
{
    if (bytes.size() > collectionFileLimit)
        return failure(
            Error::Kind::TooLarge,
            ReadCurlText::tr("%1 is larger than 64 MB.")
                .arg(source.fileName.isEmpty() ? ReadCurlText::tr("The pasted text") : source.fileName));
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder(bytes);
    if (decoder.hasError()) {
        // Up to the first byte that is wrong both are alike.
        const qsizetype good = text.indexOf(QChar::ReplacementCharacter);
        return invalid(source.fileName,
                       ReadCurlText::tr("line %1 is not UTF-8.")
                           .arg(QStringView(text).first(qMax<qsizetype>(0, good)).count(u'\n') + 1));
    }
    QString normal = text;
    normal.replace("\r\n"_L1, "\n"_L1);
    return readCurl(normal, guessShell(normal), source);
}

} // namespace keydesk
