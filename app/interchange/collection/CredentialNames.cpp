#include "app/interchange/collection/CredentialNames.h"

#include "app/http/RedactedRequest.h"
#include "app/interchange/CandidateGuess.h"
#include "app/interchange/NameWords.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype shortestByName = 8;
constexpr qsizetype shortestLetters = 16;
constexpr qsizetype shortestDigits = 10;
constexpr qsizetype shortestMember = 6;

bool looksOrdinary(const QString &value)
{
    const std::string bytes = value.toStdString();
    return bytes.empty() || isOrdinaryValue(bytes) || isPlaceholder(bytes);
}

bool isAsciiLetter(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

} // namespace

bool holdsCredential(const QString &name, const QString &value)
{
    return CredentialPlaces().holdsCredential(name, value);
}

CredentialPlaces::Meaning CredentialPlaces::meaningOf(const QString &name)
{
    const QStringList words = nameWords(name);
    const QString last = words.isEmpty() ? QString() : words.last();
    const bool isPassword = last.endsWith("password"_L1) || last.endsWith("secret"_L1) || last == "passphrase"_L1 || last == "pwd"_L1;
    if (namesCredential(name) || last == "pass"_L1 || last == "pwd"_L1)
        return {Name::Credential, isPassword};
    return {isCredentialName(words) ? Name::Perhaps : Name::Ordinary, isPassword};
}

CredentialPlaces::Meaning CredentialPlaces::known(const QString &name)
{
    const auto found = m_known.constFind(name);
    return found == m_known.cend() ? *m_known.insert(name, meaningOf(name)) : *found;
}

bool CredentialPlaces::holdsCredential(const QString &name, const QString &value)
{
    const Name meaning = known(name).name;
    return meaning == Name::Credential || (meaning == Name::Perhaps && value.size() >= shortestByName && !looksOrdinary(value));
}

bool CredentialPlaces::memberHoldsCredential(const QString &name, const QString &value)
{
    return known(name).isPassword || (holdsCredential(name, value) && value.size() >= shortestMember && !looksOrdinary(value));
}

bool isCommonValue(const QString &value)
{
    if (value.isEmpty())
        return true;
    const bool allLetters = std::ranges::all_of(value, isAsciiLetter);
    const bool oneCase = value == value.toLower() || value.sliced(1) == value.sliced(1).toLower() || value == value.toUpper();
    const bool allDigits = std::ranges::all_of(value, [](QChar c) { return c.isDigit(); });
    return (allLetters && oneCase && value.size() < shortestLetters) ||
           (allDigits && value.size() < shortestDigits);
}

QString CredentialNames::freeName(const QString &of)
{
    QString base;
    QStringList words = nameWords(of);
    if (words.size() > 1 && words.first() == "x"_L1)
        words.removeFirst();
    for (QString word : std::as_const(words)) {
        word.removeIf([](QChar c) { return !isAsciiLetter(c) && !(c >= u'0' && c <= u'9'); });
        if (!base.isEmpty() && !word.isEmpty())
            word[0] = word.at(0).toUpper();
        base += word;
    }
    base.truncate(60);
    if (base.isEmpty() || base.at(0).isDigit())
        base.prepend(u"token"_s);
    QString name = base;
    for (int &number = m_counts[base]; m_taken.contains(name); name = base + QString::number(number))
        number = std::max(2, number + 1);
    m_taken.insert(name);
    return name;
}

} // namespace keydesk
