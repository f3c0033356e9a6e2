#pragma once

#include "app/catalogue/Catalogue.h"
#include "app/interchange/openapi/OpenApiText.h"
#include "app/interchange/openapi/SpecTree.h"

#include <QHash>
#include <QSet>

#include <atomic>

namespace keydesk::openapi {

/// The schemas of a document: follows references in it, and makes examples and fields of them. Recursive and
/// branching ones end: each operation has a budget of steps.
class Schemas
{
public:
    Schemas(SpecNode root, const Texts &texts, Report &report, const std::atomic_bool &cancelled)
        : m_root(root)
        , m_texts(texts)
        , m_report(report)
        , m_cancelled(cancelled)
    {
    }

    /// What a reference names, or the node itself; nothing if it names nothing here, which is reported.
    SpecNode resolve(SpecNode node, const QString &place);
    /// Begins the budget anew.
    void beginOperation() { m_steps = mostSteps; }

    /// A parameter, or a member of a form. `example` (if it is there) comes before what the schema says.
    DocumentedField field(const QString &name, SpecNode schema, SpecNode example, const QString &place);
    /// A JSON text for a body, with line breaks: the required members, and the optional ones that say what to
    /// fill in.
    QString exampleText(SpecNode schema, const QString &place);
    /// A value of the file as JSON text.
    QString valueText(SpecNode value, const QString &place);
    /// The members of a body by their JSON Pointers.
    QList<DocumentedField> members(SpecNode schema, const QString &place);
    /// The members of a form, without pointers, with their examples.
    QList<DocumentedField> formFields(SpecNode schema, const QString &place);

    static DocumentedField::Type typeOf(SpecNode schema);

private:
    struct Properties
    {
        QList<std::pair<QString, SpecNode>> all;
        QSet<QString> required;
    };

    static constexpr int mostSteps = 5000;
    static constexpr int deepest = 12;

    bool spend(const QString &place);
    SpecNode lookUp(const QByteArray &pointer) const;
    void collect(SpecNode schema, Properties &properties, int depth, const QString &place);
    static SpecNode given(SpecNode schema);
    void writeValue(SpecNode value, QString &text, int depth, const QString &place);
    void writeExample(SpecNode schema, QString &text, QList<SpecNode> &open, const QString &place);
    void addMembers(SpecNode schema, const QString &pointer, QList<SpecNode> &open,
                    QList<DocumentedField> &fields, const QString &place);
    [[nodiscard]] QString scalarText(SpecNode value, const QString &place) const;

    SpecNode m_root;
    const Texts &m_texts;
    Report &m_report;
    const std::atomic_bool &m_cancelled;
    QHash<QByteArray, SpecNode> m_found;
    int m_steps = mostSteps;
};

} // namespace keydesk::openapi
