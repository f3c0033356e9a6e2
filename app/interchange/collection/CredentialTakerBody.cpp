#include "app/base/Unescaped.h"
#include "app/http/RedactedRequest.h"
#include "app/interchange/collection/CredentialTaker.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using What = ImportNote::What;

struct CredentialTakerBodyText
{
    Q_DECLARE_TR_FUNCTIONS(TakeCredentials)
};

/// XML's own (XML 1.0 section 4.6).
QString withoutEntities(QString text)
{
    if (text.contains(u'&'))
        text.replace("&lt;"_L1, "<"_L1).replace("&gt;"_L1, ">"_L1).replace("&quot;"_L1, "\""_L1).replace("&apos;"_L1, "'"_L1).replace("&amp;"_L1, "&"_L1);
    return text;
}

} // namespace

void CredentialTaker::body(RequestBody &body)
{
    for (NameValue &each : body.form)
        row(each, CredentialTakerBodyText::tr("form field %1"));
    for (RequestPart &part : body.parts) {
        if (m_places.holdsCredential(part.name, part.value))
            value(part.name, part.value, CredentialTakerBodyText::tr("form field %1").arg(part.name));
        for (NameValue &each : part.headers)
            row(each, CredentialTakerBodyText::tr("header %1"));
    }
    members(body.text);
    members(body.graphQlVariables);
    static const QRegularExpression isForm(u"^[^\\s=&{}<>\"]++=[^&\\s]*+(?:&[^\\s=&]++=[^&\\s]*+)*+\\s*$"_s);
    if (body.kind == RequestBody::Kind::Text && body.text.size() < 64 * 1024 && isForm.match(body.text).hasMatch())
        items(body.text, 0, CredentialTakerBodyText::tr("form field %1"));
}

/// "name": "value" of JSON, numbers too, and <name>value</name>; of a text that begins as XML also name="value". The text need not be sound:
/// it may have {{variables}}.
void CredentialTaker::members(QString &text)
{
    static const QRegularExpression form(u"\"([\\w.-]{1,64})\"\\s*:\\s*(?:\"((?:[^\"\\\\\\n]++|\\\\.)++)\"|(-?\\d[\\d.eE+-]*+))|"
                                         "<([\\w.:-]{1,64})(?:\\s[^<>]*+)?>([^<>\\n]++)</\\4>"_s);
    static const QRegularExpression attribute(u"(?<=\\s)([\\w.:-]{1,64})\\s*=\\s*(?:\"([^\"<]++)\"|'([^'<]++)')"_s);
    const bool isXml = QStringView(text).left(64).trimmed().startsWith(u'<');
    if (text.contains(u'"') || text.contains(u'<'))
        members(text, form);
    if (isXml && text.contains(u'='))
        members(text, attribute);
}

/// The first of its groups that is there is a name, and the next one its value.
void CredentialTaker::members(QString &text, const QRegularExpression &form)
{
    QString changed;
    qsizetype done = 0;
    for (auto found = form.globalMatch(text); found.hasNext();) {
        const auto match = found.next();
        int named = 1;
        while (match.capturedStart(named) < 0)
            ++named;
        int group = named + 1;
        while (match.capturedStart(group) < 0)
            ++group;
        const QString name = match.captured(named);
        QString value = match.captured(group);
        if (match.captured(0).startsWith(u'"')) {
            const auto plain = value.contains(u'\\') ? Unescaped::of(value.toUtf8(), Unescaped::Escape::Json) : std::nullopt;
            value = plain ? QString::fromUtf8(plain->bytes()) : value;
        } else {
            value = withoutEntities(value);
        }
        if (namesOnlyVariables(value) || !m_places.memberHoldsCredential(name, value))
            continue;
        // What is written there stays written so, around the variables that take the place of its words.
        const QString replaced = value.contains("{{"_L1) ? literalWords(name, match.captured(group)) : u"{{%1}}"_s.arg(variableFor(value, name));
        if (replaced == match.captured(group))
            continue;
        changed += text.sliced(done, match.capturedStart(group) - done) + replaced;
        done = match.capturedEnd(group);
        tell(What::ToKeychain, place(CredentialTakerBodyText::tr("%1 in the body").arg(name)),
             CredentialTakerBodyText::tr("It holds a credential, and names a variable in its place: %1.")
                 .arg(replaced));
    }
    text = changed + text.sliced(done);
}

} // namespace keydesk
