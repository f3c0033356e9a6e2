#include "app/workspace/HttpCredentials.h"

#include "app/base/Redactor.h"
#include "app/http/RedactedRequest.h"
#include "app/workspace/HttpParts.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;
using LineKind = HttpLine::Kind;

namespace {

struct HttpCredentialsText
{
    Q_DECLARE_TR_FUNCTIONS(HttpCredentials)
};

/// "Bearer " of "Bearer abc".
qsizetype schemeLength(QByteArrayView value)
{
    qsizetype at = 0;
    while (at < value.size() &&
           ((value.at(at) >= 'a' && value.at(at) <= 'z') || (value.at(at) >= 'A' && value.at(at) <= 'Z')))
        ++at;
    qsizetype space = at;
    while (space < value.size() && (value.at(space) == ' ' || value.at(space) == '\t'))
        ++space;
    return at > 0 && space > at && space < value.size() ? space : 0;
}

class Finder
{
public:
    explicit Finder(const HttpFile &file)
        : m_file(file)
    {
    }

    QList<HttpCredential> run()
    {
        for (std::size_t line = 0; line < m_file.lines().size(); ++line) {
            if (m_file.lines().at(line).kind == LineKind::Variable)
                variable(static_cast<int>(line));
        }
        for (m_request = 0; m_request < m_file.requestCount(); ++m_request)
            request();
        return std::move(m_found);
    }

private:
    [[nodiscard]] const HttpLine &at(int line) const
    {
        return m_file.lines().at(static_cast<std::size_t>(line));
    }

    void request()
    {
        const HttpBlock &block = m_file.request(m_request);
        for (int line = block.requestLine; line < block.headersEnd; ++line) {
            const HttpLine &here = at(line);
            if (here.kind == LineKind::Header || here.kind == LineKind::Annotation)
                header(line);
            if (here.kind == LineKind::Request || here.kind == LineKind::Continuation)
                items(line);
        }
        const bool isForm = std::ranges::any_of(httpParts(m_file, block).headers, [](const HttpRow &row) {
            return row.row.name.compare("content-type"_L1, Qt::CaseInsensitive) == 0 &&
                   row.row.value.startsWith("application/x-www-form-urlencoded"_L1, Qt::CaseInsensitive);
        });
        for (int line = block.bodyBegin; isForm && line < block.bodyEnd; ++line)
            items(line);
    }

    void variable(int line)
    {
        const HttpAssignment assignment = httpAssignment(m_file.bytes(at(line)));
        m_request = -1;
        add(line, assignment.name, assignment.value,
            HttpCredentialsText::tr("The variable %1 holds a credential in plain text."));
    }

    void header(int line)
    {
        QByteArrayView text = m_file.bytes(at(line));
        if (at(line).kind == LineKind::Annotation) {
            const HttpAnnotation annotation = httpAnnotation(text);
            if (annotation.name != disabledAnnotation.toLatin1())
                return;
            text = annotation.value;
        }
        const qsizetype colon = text.indexOf(':');
        if (colon <= 0)
            return;
        const QByteArrayView value = text.sliced(colon + 1).trimmed();
        add(line, text.first(colon).trimmed(), value.sliced(schemeLength(value)),
            HttpCredentialsText::tr("The header %1 holds a credential in plain text."));
    }

    /// "name=value" wherever it stands on the line.
    void items(int line)
    {
        const QByteArrayView text = m_file.bytes(at(line));
        qsizetype begin = 0;
        while (begin < text.size()) {
            qsizetype end = begin;
            while (end < text.size() && !QByteArrayView("&?#; ").contains(text.at(end)))
                ++end;
            const QByteArrayView item = text.sliced(begin, end - begin);
            if (const qsizetype equals = item.indexOf('='); equals > 0)
                add(line, item.first(equals).trimmed(), item.sliced(equals + 1).trimmed(),
                    HttpCredentialsText::tr("%1 holds a credential in plain text."));
            begin = end + 1;
        }
    }

    void add(int line, QByteArrayView name, QByteArrayView value, const QString &sentence)
    {
        const QString names = QString::fromUtf8(name);
        if (value.isEmpty() || !namesCredential(names) || namesOnlyVariables(QString::fromUtf8(value)))
            return;
        const QByteArrayView text = m_file.bytes(at(line));
        const qsizetype offset = value.data() - text.data();
        HttpCredential found;
        found.note = {
            line + 1,
            static_cast<int>(m_file.decode(HttpSpan{at(line).begin, at(line).begin + offset}).size()) + 1,
            sentence.arg(names)};
        found.request = m_request;
        found.name = names;
        found.value = {at(line).begin + offset, at(line).begin + offset + value.size()};
        m_found.append(found);
    }

    const HttpFile &m_file;
    QList<HttpCredential> m_found;
    int m_request = -1;
};

struct NamedRow
{
    QString what;
    NameValue row;
};

QList<NamedRow> credentialRows(const RequestSpec &spec)
{
    QList<NamedRow> found;
    const auto look = [&found](const QString &what, const QList<NameValue> &rows) {
        for (const NameValue &row : rows) {
            if (namesCredential(row.name) && !row.value.trimmed().isEmpty() && !namesOnlyVariables(row.value))
                found.append({what.arg(row.name), row});
        }
    };
    look(HttpCredentialsText::tr("The header %1"), spec.headers);
    look(HttpCredentialsText::tr("The parameter %1"), spec.params);
    if (spec.body.kind == RequestBody::Kind::Form)
        look(HttpCredentialsText::tr("The form field %1"), spec.body.form);
    if (spec.body.kind == RequestBody::Kind::Multipart) {
        for (const RequestPart &part : spec.body.parts) {
            look(HttpCredentialsText::tr("The form field %1"), {{part.name, part.value, true}});
            look(HttpCredentialsText::tr("The header %1"), part.headers);
        }
    }
    return found;
}

} // namespace

QList<HttpCredential> findCredentials(const HttpFile &file)
{
    return Finder(file).run();
}

Secret credentialValue(const HttpFile &file, const HttpCredential &credential)
{
    return Secret(std::string_view(file.text().constData() + credential.value.begin,
                                   static_cast<std::size_t>(credential.value.size())));
}

Result<void> checkHoldsNoToken(const HttpFile &file, int request, const Redactor &redactor)
{
    const HttpSpan span = file.span(file.request(request));
    const QByteArray source = file.source(request);
    const Redactor::Redacted redacted = redactor.redact(source);
    if (redacted.hits == 0)
        return {};
    // Up to the first token both are alike.
    qsizetype place = 0;
    while (place < std::min(source.size(), redacted.bytes.size()) &&
           source.at(place) == redacted.bytes.at(place))
        ++place;
    const QByteArrayView before = QByteArrayView(file.text()).first(span.begin + place);
    const qsizetype line = before.count('\n') + 1;
    const qsizetype column = file.decode(HttpSpan{before.lastIndexOf('\n') + 1, before.size()}).size() + 1;
    return failure(Error::Kind::InvalidInput,
                   HttpCredentialsText::tr(
                       "Nothing was saved: line %1, column %2 of %3 would hold the token of one of your "
                       "keys. Choose the key for "
                       "the request instead, or name a variable.")
                       .arg(line)
                       .arg(column)
                       .arg(file.path().isEmpty() ? HttpCredentialsText::tr("the file") : file.path()));
}

Result<void> checkHoldsNoNewCredential(const RequestSpec &was, const RequestSpec &spec)
{
    const QList<NamedRow> known = credentialRows(was);
    for (const NamedRow &found : credentialRows(spec)) {
        const bool isKnown = std::ranges::any_of(known, [&found](const NamedRow &old) {
            return old.row.name == found.row.name && old.row.value == found.row.value;
        });
        if (!isKnown)
            return failure(Error::Kind::InvalidInput,
                           HttpCredentialsText::tr(
                               "Nothing was saved: %1 holds a credential, and files are no place for "
                               "one. Choose a key for the "
                               "request instead, or name a variable such as {{token}}.")
                               .arg(found.what));
    }
    return {};
}

} // namespace keydesk
