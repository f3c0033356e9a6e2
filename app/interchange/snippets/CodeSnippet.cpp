#include "app/interchange/snippets/CodeSnippet.h"

#include "app/interchange/snippets/Generators.h"

#include <QCoreApplication>
#include <QSaveFile>

#include <algorithm>
#include <array>
#include <span>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct CodeSnippetText
{
    Q_DECLARE_TR_FUNCTIONS(CodeSnippet)
};

using Kind = SnippetPiece::Kind;

struct Format
{
    CodeFormat format;
    const char *id;
    const char *name; // proper names: not translated
    const char *fileName;
    QByteArray (*write)(SnippetWriter &);
};

std::span<const Format> formats()
{
    static constexpr std::array all{
        Format{CodeFormat::CurlBash, "curl", "cURL (bash)", "request.sh", snippets::curlBash},
        Format{CodeFormat::CurlPowerShell, "curl-powershell", "cURL (PowerShell)", "request.ps1", snippets::curlPowerShell},
        Format{CodeFormat::CurlCmd, "curl-cmd", "cURL (cmd)", "request.txt", snippets::curlCmd},
        Format{CodeFormat::PythonRequests, "python-requests", "Python requests", "request.py", snippets::pythonRequests},
        Format{CodeFormat::JavaScriptFetch, "javascript-fetch", "JavaScript fetch", "request.mjs", snippets::javaScriptFetch},
        Format{CodeFormat::NodeAxios, "node-axios", "Node.js axios", "request.cjs", snippets::nodeAxios},
        Format{CodeFormat::PhpCurl, "php-curl", "PHP cURL", "request.php", snippets::phpCurl},
        Format{CodeFormat::GoNetHttp, "go", "Go net/http", "request.go", snippets::goNetHttp},
        Format{CodeFormat::CSharpHttpClient, "csharp", "C# HttpClient", "Request.cs", snippets::cSharpHttpClient},
        Format{CodeFormat::JavaHttpClient, "java", "Java HttpClient", "Request.java", snippets::javaHttpClient},
        Format{CodeFormat::RustReqwest, "rust-reqwest", "Rust reqwest", "request.rs", snippets::rustReqwest},
        Format{CodeFormat::Httpie, "httpie", "HTTPie", "request.sh", snippets::httpie},
        Format{CodeFormat::Wget, "wget", "wget", "request.sh", snippets::wget},
        Format{CodeFormat::RawHttp, "raw-http", "Raw HTTP", "request.txt", snippets::rawHttp},
        Format{CodeFormat::HttpFile, "http-file", ".http file", "request.http", snippets::httpFile},
    };
    return all;
}

const Format &of(CodeFormat format)
{
    return *std::ranges::find(formats(), format, &Format::format);
}

QByteArray encoded(QByteArray value, SecretEscape encoding)
{
    QByteArray made;
    switch (encoding) {
    case SecretEscape::None:
        return value;
    case SecretEscape::Percent:
        made = value.toPercentEncoding();
        break;
    case SecretEscape::Form:
        made = value.toPercentEncoding("* ", "~").replace(' ', '+');
        break;
    case SecretEscape::Json:
        made = escapedAsInC(value, "\"\\", utf16Code);
        break;
    case SecretEscape::Xml:
        made = value;
        made.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        break;
    }
    wipe(value);
    return made;
}

/// The value of a piece, or of the first secret that has none the Error.
Result<QByteArray> valueOf(const SnippetPiece &piece, const QList<SnippetSecret> &secrets, const SecretValues &values)
{
    if (piece.kind == Kind::Text)
        return piece.text;
    if (piece.kind == Kind::Base64) {
        QByteArray whole;
        for (const SnippetPiece &inside : piece.inside) {
            auto value = valueOf(inside, secrets, values);
            if (!value)
                return value;
            whole.reserve(whole.size() + value->size() + 1024);
            whole += *value;
            wipe(*value);
        }
        QByteArray base64 = whole.toBase64();
        wipe(whole);
        return base64;
    }
    const SnippetSecret &secret = secrets.at(piece.secret);
    const auto known = values.find(secret.keyId);
    if (!secret.typed && known == values.end())
        return failure(Error::Kind::NotFound, CodeSnippetText::tr("The value for %1 cannot be read.")
                                                  .arg(QString::fromLatin1(secret.variable)));
    const std::string_view bytes = (secret.typed ? *secret.typed : known->second).reveal();
    return encoded(QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())), piece.encoding);
}

QString hintOf(const SnippetPiece &piece, const QList<SnippetSecret> &secrets)
{
    if (piece.kind == Kind::Base64)
        return u"••••"_s;
    return piece.kind == Kind::Text ? QString::fromUtf8(piece.text) : secrets.at(piece.secret).hint;
}

void collect(const SnippetPiece &piece, const QList<SnippetSecret> &secrets, QList<QUuid> &keys)
{
    for (const SnippetPiece &inside : piece.inside)
        collect(inside, secrets, keys);
    if (piece.kind != Kind::Secret)
        return;
    const SnippetSecret &secret = secrets.at(piece.secret);
    if (!secret.typed && !keys.contains(secret.keyId))
        keys.append(secret.keyId);
}

} // namespace

QList<CodeFormat> codeFormats()
{
    QList<CodeFormat> all;
    for (const Format &format : formats())
        all.append(format.format);
    return all;
}

QString codeFormatId(CodeFormat format)
{
    return QString::fromLatin1(of(format).id);
}

std::optional<CodeFormat> codeFormatOf(const QString &id)
{
    const auto found = std::ranges::find_if(formats(), [&id](const Format &each) { return id == QLatin1String(each.id); });
    return found == formats().end() ? std::nullopt : std::optional(found->format);
}

QString codeFormatName(CodeFormat format)
{
    return QString::fromLatin1(of(format).name);
}

QString codeFileName(CodeFormat format)
{
    return QString::fromLatin1(of(format).fileName);
}

QString CodeSnippet::shown() const
{
    QString made = QString::fromUtf8(text);
    for (const SnippetGap &gap : gaps)
        made.replace(QString::fromLatin1(gap.mark), hintOf(gap.piece, secrets));
    return made;
}

QList<QUuid> CodeSnippet::keys() const
{
    QList<QUuid> all;
    for (const SnippetGap &gap : gaps)
        collect(gap.piece, secrets, all);
    return all;
}

Result<Secret> CodeSnippet::filled(const SecretValues &values) const
{
    QByteArrayList parts;
    const auto wipeAll = [&parts] {
        for (QByteArray &part : parts)
            wipe(part);
    };
    qsizetype size = text.size();
    for (const SnippetGap &gap : gaps) {
        auto value = valueOf(gap.piece, secrets, values);
        if (!value) {
            wipeAll();
            return tl::unexpected(value.error());
        }
        parts.append(gap.escape(*value));
        wipe(*value);
        size += parts.last().size();
    }
    QByteArray whole;
    whole.reserve(size); // growing would leave a copy behind
    // Marks stand in the order of the text but for parts that a generator writes early, so each is looked for.
    for (qsizetype done = 0; done < text.size();) {
        qsizetype next = text.size();
        qsizetype which = -1;
        for (qsizetype i = 0; i < gaps.size(); ++i) {
            if (const qsizetype at = text.indexOf(gaps.at(i).mark, done); at >= 0 && at < next) {
                next = at;
                which = i;
            }
        }
        whole += QByteArrayView(text).sliced(done, next - done);
        if (which >= 0) {
            whole += parts.at(which);
            next += gaps.at(which).mark.size();
        }
        done = next;
    }
    wipeAll();
    return Secret::take(std::move(whole));
}

CodeSnippet codeSnippet(CodeFormat format, const SnippetRequest &request, SnippetSecrets secrets)
{
    SnippetWriter writer(request, secrets);
    const QByteArray text = of(format).write(writer);
    return writer.finished(text);
}

Result<void> saveSnippet(const CodeSnippet &snippet, const QString &path)
{
    if (!snippet.gaps.isEmpty())
        return failure(Error::Kind::Unsupported,
                       CodeSnippetText::tr("Code that holds a token is not written to a file."));
    QSaveFile file(path);
    const bool isWritten = file.open(QIODevice::WriteOnly) && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) &&
                           file.write(snippet.text) == snippet.text.size() && file.commit();
    if (!isWritten)
        return failure(Error::Kind::StorageFailed,
                       CodeSnippetText::tr("“%1” could not be written: %2.").arg(path, file.errorString()),
                       file.errorString());
    return {};
}

} // namespace keydesk
