#include "app/interchange/postman/PostmanText.h"

#include "app/http/VariableReference.h"
#include "app/interchange/tools/ToolText.h"

#include <QCoreApplication>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>

namespace keydesk::postman {

using namespace Qt::StringLiterals;

namespace {

struct PostmanTextText
{
    Q_DECLARE_TR_FUNCTIONS(Postman)
};

void writeJson(SpecNode value, QByteArray &json)
{
    const auto quoted = [](const QString &text) {
        const QByteArray list = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
        return list.mid(1, list.size() - 2);
    };
    switch (value.kind()) {
    case SpecTree::Kind::Null:
        json += "null";
        break;
    case SpecTree::Kind::Boolean:
    case SpecTree::Kind::Number:
        json.append(value.bytes().data(), static_cast<qsizetype>(value.bytes().size()));
        break;
    case SpecTree::Kind::Text:
        json += quoted(value.text());
        break;
    case SpecTree::Kind::List:
    case SpecTree::Kind::Map: {
        const bool isMap = value.isMap();
        json += isMap ? '{' : '[';
        for (SpecNode each = value.first(); each.isThere(); each = each.next()) {
            if (json.back() != '{' && json.back() != '[')
                json += ',';
            if (isMap)
                json += quoted(each.keyText()) + ':';
            writeJson(each, json);
        }
        json += isMap ? '}' : ']';
        break;
    }
    }
}

/// What VS Code and JetBrains, and so Keydesk, call what Postman makes up.
const QHash<QString, QString> &ownNames()
{
    static const QHash<QString, QString> names{
        {u"$guid"_s, u"$guid"_s},
        {u"$timestamp"_s, u"$timestamp"_s},
        {u"$isoTimestamp"_s, u"$isoTimestamp"_s},
        {u"$randomInt"_s, u"$randomInt"_s},
        {u"$randomUUID"_s, u"$guid"_s},
        {u"$randomEmail"_s, u"$random.email"_s},
        {u"$randomExampleEmail"_s, u"$random.email"_s},
    };
    return names;
}

bool readsThisComputer(const QString &name)
{
    const QString word = name.section(u' ', 0, 0).section(u'\t', 0, 0);
    return word == "$processEnv"_L1 || word == "$dotenv"_L1 || word.startsWith("$env."_L1) ||
           word == "$projectRoot"_L1 || word == "$historyFolder"_L1;
}

/// Made up by Keydesk, too, though not by Postman.
bool isOwn(const QString &name)
{
    return name.startsWith("$random."_L1) || name.startsWith("$datetime"_L1) || name.startsWith("$localDatetime"_L1) ||
           name.startsWith("$timestamp "_L1) || name.startsWith("$randomInt "_L1) || name == "$uuid"_L1;
}

} // namespace

void Notes::add(ImportNote::What what, const QString &place, const QString &text)
{
    if (m_notes.size() >= most) {
        ++m_left;
        return;
    }
    const QString said = place + u'\n' + text;
    if (m_said.contains(said))
        return;
    m_said.insert(said);
    m_notes.append({what, place, text});
}

QList<ImportNote> Notes::take()
{
    if (m_left > 0)
        m_notes.append(
            {ImportNote::What::NotExpressed, PostmanTextText::tr("The whole file"),
             PostmanTextText::tr("There is more that came in otherwise than it stood, in %1 places.")
                 .arg(m_left)});
    return std::move(m_notes);
}

QString placeOf(const QStringList &folder, const QString &name)
{
    return (folder + QStringList{name}).join(u" › "_s);
}

QString placeOf(const QString &place, const QString &part)
{
    return PostmanTextText::tr("%1, %2").arg(place, part);
}

QString valueText(SpecNode value)
{
    if (value.isScalar())
        return value.text();
    if (!value.isMap() && !value.isList())
        return {};
    QByteArray json;
    writeJson(value, json);
    return QString::fromUtf8(json);
}

QString aboutText(SpecNode description)
{
    return (description.isMap() ? description["content"] : description).text();
}

QString oneLine(const QString &text)
{
    QString line = text;
    for (QChar &c : line) {
        if (c.unicode() < 0x20 || (c.unicode() >= 0x7F && c.unicode() < 0xA0) || c == QChar::LineSeparator ||
            c == QChar::ParagraphSeparator)
            c = u' ';
    }
    return line;
}

bool isDisabled(SpecNode row)
{
    return row["disabled"].isTrue();
}

QString withVariables(const QString &text, const QString &place, Notes &notes)
{
    if (!text.contains("{{"_L1))
        return text;
    QString result;
    qsizetype done = 0;
    while (const auto variable = nextVariable(text, done)) {
        result += QStringView(text).sliced(done, variable->start - done);
        done = variable->start + variable->length;
        const QString &name = variable->name;
        const QString shown = name.left(60);
        const QString own = ownNames().value(name);
        if (readsThisComputer(name)) {
            result += u"{{"_s + name.sliced(1) + u"}}"_s;
            notes.changed(place,
                          PostmanTextText::tr(
                              "{{%1}} would read from this computer what Postman would not, and lost its $.")
                              .arg(shown));
            continue;
        }
        if (!own.isEmpty() && own != name) {
            result += u"{{"_s + own + u"}}"_s;
            notes.changed(place, PostmanTextText::tr("{{%1}} became {{%2}}.").arg(name, own));
            continue;
        }
        if (own.isEmpty() && name.startsWith(u'$') && !isOwn(name))
            notes.notExpressed(
                place,
                PostmanTextText::tr("Keydesk makes up no {{%1}}; put a value or another variable there.")
                    .arg(shown));
        else if (name.startsWith("vault:"_L1))
            notes.notExpressed(
                place,
                PostmanTextText::tr("{{%1}} stands in Postman's vault; give it a value in an environment.")
                    .arg(shown));
        if (const QString good = keydeskVariableName(name); good != name && !name.startsWith(u'$'))
            result += u"{{"_s + good + u"}}"_s;
        else
            result += QStringView(text).sliced(variable->start, variable->length);
    }
    result += QStringView(text).sliced(done);
    return result;
}

} // namespace keydesk::postman
