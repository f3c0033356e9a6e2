#pragma once

#include "app/interchange/collection/Collection.h"

namespace keydesk {

/// A row of a dictionary block: "name: value".
struct BruRow
{
    QString name;  ///< without "~" and quotes
    QString value; ///< of a '''…''' value: its lines without their indent
    bool enabled = true;
    int line = 0; ///< from 1

    bool operator==(const BruRow &) const = default;
};

/// A block of a .bru file.
struct BruBlock
{
    enum class Kind {
        Rows, ///< "headers { name: value }", and "vars:secret [ name, name ]", whose values are empty
        Text, ///< "body:json { … }", "docs { … }"
    };

    QString name; ///< "params:query"
    Kind kind = Kind::Rows;
    QList<BruRow> rows;
    QString text; ///< without the two blanks before each line
    int line = 0;

    /// The value of the first row of that name; null if there is none.
    [[nodiscard]] QString value(const QString &name) const;

    bool operator==(const BruBlock &) const = default;
};

/// The blocks of a .bru file, in order: the plain text format that the Bruno API client keeps requests, folders, collections and
/// environments in (docs.usebruno.com, "Bru language"). A value.
class BruFile
{
public:
    /// Errors (InvalidInput) name the file and the line.
    static Result<BruFile> read(const QString &text, const QString &fileName);

    [[nodiscard]] const QList<BruBlock> &blocks() const { return m_blocks; }
    /// The first of that name; null if there is none.
    [[nodiscard]] const BruBlock *block(const QString &name) const;
    [[nodiscard]] QList<BruRow> rows(const QString &block) const; ///< of all blocks of that name
    [[nodiscard]] QString value(const QString &block, const QString &row) const;
    [[nodiscard]] QString text(const QString &block) const;

private:
    QList<BruBlock> m_blocks;
};

} // namespace keydesk
