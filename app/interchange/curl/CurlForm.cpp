#include "app/interchange/curl/CurlForm.h"

#include <QCoreApplication>

#include <algorithm>
#include <optional>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct CurlFormText
{
    Q_DECLARE_TR_FUNCTIONS(CurlForm)
};

/// As get_param_part() of curl's tool_formparse.c describes it: words, quoted or not, and parameters behind semicolons.
class FormReader
{
public:
    explicit FormReader(const QString &text)
        : m_text(text)
    {
    }

    std::optional<CurlFormParts> read()
    {
        const qsizetype equals = m_text.indexOf(u'=');
        if (equals < 0)
            return {};
        m_name = m_text.first(equals);
        m_at = equals + 1;
        const QChar first = here();
        if (first == u'(' || (first == u')' && m_text.size() == m_at + 1)) {
            m_result.notes.append(
                CurlFormText::tr("A part that is made of further parts was left out: Keydesk has none."));
            return m_result;
        }
        if (first == u'@') {
            do {
                ++m_at;
                readPart(true, u',');
            } while (here() == u',');
        } else if (first == u'<') {
            ++m_at;
            readPart(true, {});
            m_result.parts.last().fileName.clear();
            m_result.notes.append(
                CurlFormText::tr(
                    "The part “%1” is the text of a file. Keydesk sends it with the file's name.")
                    .arg(m_name.left(80)));
        } else {
            readPart(false, {});
        }
        return m_result;
    }

private:
    [[nodiscard]] QChar here() const { return m_at < m_text.size() ? m_text.at(m_at) : QChar(); }
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] bool startsWith(QLatin1StringView word) const { return QStringView(m_text).sliced(m_at).startsWith(word, Qt::CaseInsensitive); }

    void readPart(bool isFile, QChar end)
    {
        RequestPart part;
        part.name = m_name;
        (isFile ? part.file : part.value) = takeWord(end);
        while (here() == u';') {
            ++m_at;
            while (here() == u' ')
                ++m_at;
            if (takeKey("type="_L1))
                part.contentType = takeType(end);
            else if (takeKey("filename="_L1))
                part.fileName = takeWord(end);
            else if (takeKey("headers="_L1))
                takeHeader(part, end);
            else if (takeKey("encoder="_L1)) {
                takeWord(end);
                m_result.notes.append(CurlFormText::tr("The part “%1” is sent as it is, without its encoder.")
                                          .arg(m_name.left(80)));
            } else {
                takeWord(end); // as curl does, with a warning
                m_result.notes.append(CurlFormText::tr("What follows a semicolon in the part “%1” is nothing "
                                                       "that curl knows. Both leave it out.")
                                          .arg(m_name.left(80)));
            }
        }
        if (part.file == "-"_L1) {
            m_result.notes.append(
                CurlFormText::tr("The part “%1” comes from the command's input. Choose its file.")
                    .arg(m_name.left(80)));
            part.file.clear();
        }
        m_result.parts.append(part);
    }

    bool takeKey(QLatin1StringView key)
    {
        if (!startsWith(key))
            return false;
        m_at += key.size();
        return true;
    }

    void takeHeader(RequestPart &part, QChar end)
    {
        const QString header = takeWord(end);
        const qsizetype colon = header.indexOf(u':');
        if (header.startsWith(u'@') || header.startsWith(u'<'))
            m_result.notes.append(
                CurlFormText::tr("Headers of the part “%1” lie in a file, which was not read.")
                    .arg(m_name.left(80)));
        else if (colon > 0)
            part.headers.append({header.first(colon).trimmed(), header.sliced(colon + 1).trimmed(), true});
    }

    /// A media type has parameters behind semicolons, too.
    QString takeType(QChar end)
    {
        const qsizetype begin = m_at;
        while (!atEnd() && (end.isNull() || here() != end)) {
            if (here() == u';') {
                const qsizetype semicolon = m_at++;
                while (here() == u' ')
                    ++m_at;
                const bool isOurs = startsWith("filename="_L1) || startsWith("headers="_L1) || startsWith("encoder="_L1) || startsWith("type="_L1);
                if (isOurs) {
                    m_at = semicolon;
                    break;
                }
                continue;
            }
            ++m_at;
        }
        return m_text.sliced(begin, m_at - begin).trimmed();
    }

    QString takeWord(QChar end)
    {
        const qsizetype begin = m_at;
        while (here() == u' ' || here() == u'\t')
            ++m_at;
        if (here() == u'"') {
            QString word;
            qsizetype at = m_at + 1;
            while (at < m_text.size() && m_text.at(at) != u'"') {
                if (m_text.at(at) == u'\\' && at + 1 < m_text.size() && (m_text.at(at + 1) == u'"' || m_text.at(at + 1) == u'\\'))
                    ++at;
                word += m_text.at(at++);
            }
            if (at < m_text.size()) {
                m_at = at + 1;
                while (!atEnd() && here() != u';' && (end.isNull() || here() != end))
                    ++m_at;
                return word;
            }
        }
        m_at = begin;
        while (!atEnd() && here() != u';' && (end.isNull() || here() != end))
            ++m_at;
        return m_text.sliced(begin, m_at - begin);
    }

    const QString &m_text;
    QString m_name;
    qsizetype m_at = 0;
    CurlFormParts m_result;
};

} // namespace

std::optional<CurlFormParts> curlFormParts(const QString &text)
{
    return FormReader(text).read();
}

} // namespace keydesk
