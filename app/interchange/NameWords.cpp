#include "app/interchange/NameWords.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct NameWordsText
{
    Q_DECLARE_TR_FUNCTIONS(NameWords)
};

bool isIn(const QString &word, std::initializer_list<QLatin1StringView> words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

Stage stageOfWord(const QString &word)
{
    if (isIn(word, {"production"_L1, "prod"_L1, "prd"_L1, "live"_L1}))
        return Stage::Production;
    if (isIn(word, {"staging"_L1, "stage"_L1, "stg"_L1, "preprod"_L1, "preview"_L1, "uat"_L1, "qa"_L1}))
        return Stage::Staging;
    if (isIn(word, {"development"_L1, "devel"_L1, "dev"_L1}))
        return Stage::Development;
    if (isIn(word, {"test"_L1, "testing"_L1, "ci"_L1, "sandbox"_L1}))
        return Stage::Test;
    return Stage::None;
}

} // namespace

QStringList nameWords(QStringView name)
{
    QStringList words;
    QString word;
    const auto end = [&] {
        if (!word.isEmpty())
            words << word.toLower();
        word.clear();
    };
    for (qsizetype i = 0; i < name.size(); ++i) {
        const QChar c = name[i];
        if (!c.isLetterOrNumber()) {
            end();
            continue;
        }
        const bool camel = c.isUpper() && !word.isEmpty() &&
                           (word.back().isLower() ||
                            (i + 1 < name.size() && name[i + 1].isLower() && word.back().isUpper()));
        if (camel)
            end();
        word += c;
    }
    end();
    return words;
}

bool isCredentialName(const QStringList &words)
{
    for (qsizetype i = 0; i < words.size(); ++i) {
        const QString &word = words.at(i);
        const QString before = i > 0 ? words.at(i - 1) : QString();
        const QString after = i + 1 < words.size() ? words.at(i + 1) : QString();
        const bool speaksOfKeys =
            isIn(word, {"token"_L1, "secret"_L1, "apikey"_L1, "key"_L1, "pat"_L1, "bearer"_L1,
                        "authorization"_L1, "credential"_L1, "apitoken"_L1});
        if (!speaksOfKeys)
            continue;
        if (isIn(after, {"id"_L1, "ids"_L1, "name"_L1, "url"_L1, "uri"_L1, "path"_L1, "file"_L1, "expiry"_L1,
                         "ttl"_L1, "expires"_L1, "type"_L1, "header"_L1, "prefix"_L1, "length"_L1,
                         "endpoint"_L1, "count"_L1, "limit"_L1, "arn"_L1, "algorithm"_L1}))
            continue;
        if (word == "key"_L1 &&
            isIn(before, {"public"_L1, "primary"_L1, "foreign"_L1, "cache"_L1, "sort"_L1, "partition"_L1,
                          "ssh"_L1, "app"_L1, "encryption"_L1, "host"_L1}))
            continue;
        return true;
    }
    return false;
}

bool isAddressName(const QStringList &words)
{
    return std::any_of(words.begin(), words.end(), [](const QString &word) {
        return isIn(word, {"url"_L1, "uri"_L1, "host"_L1, "endpoint"_L1, "origin"_L1, "domain"_L1,
                           "baseurl"_L1, "base"_L1, "server"_L1});
    });
}

Stage stageOf(const QStringList &words)
{
    for (const QString &word : words) {
        if (const Stage stage = stageOfWord(word); stage != Stage::None)
            return stage;
    }
    return words.contains("local"_L1) ? Stage::Development : Stage::None;
}

QString stageName(Stage stage)
{
    switch (stage) {
    case Stage::None:
        return {};
    case Stage::Production:
        return NameWordsText::tr("Production");
    case Stage::Staging:
        return NameWordsText::tr("Staging");
    case Stage::Development:
        return NameWordsText::tr("Development");
    case Stage::Test:
        return NameWordsText::tr("Test");
    }
    return {};
}

} // namespace keydesk
