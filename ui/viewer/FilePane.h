#pragma once

#include "app/body/TextSearch.h"

#include <QWidget>

namespace keydesk {

/// A file as its views get it.
struct ShownFile
{
    TextPieces text;        ///< its bytes, and how they stand for characters
    QByteArray head;        ///< its first 64 kB
    bool isText = true;     ///< as far as its head tells
    QString name;           ///< "orders.csv"; may be empty
    QByteArray mimeType;    ///< as its server named it, in small letters, without parameters; may be empty
    bool isGrowing = false; ///< more of it is on its way
};

/// What a FindField searches, and where it shows what it finds.
class FindTarget
{
public:
    /// What of the text is searched, where that can be told apart.
    enum class Part { Both, Names, Values };

    virtual ~FindTarget() = default;

    /// Null: there is none yet.
    [[nodiscard]] virtual const TextPieces *searchedText() const = 0;
    [[nodiscard]] virtual TextMatch selection() const = 0;
    /// The caret goes to `caret` and into sight.
    virtual void select(qint64 anchor, qint64 caret) = 0;
    /// Marks what it has found so far; it lives as long as it is set.
    virtual void setSearch(const TextSearch *search) = 0;
    [[nodiscard]] virtual bool hasParts() const { return false; }
    /// Leaves the matches in that part alone; empty: there are no others.
    [[nodiscard]] virtual MatchFilter filterFor(Part part) const
    {
        Q_UNUSED(part)
        return {};
    }
};

/// Shows a file as what it is, beside the text and the bytes: FileKinds.h lists them.
class FilePane : public QWidget
{
    Q_OBJECT

public:
    explicit FilePane(QWidget *parent = nullptr);

    /// Another file, or the same one in another coding or with other contents.
    virtual void setFile(const ShownFile &file) = 0;
    /// The file has grown.
    virtual void refresh() = 0;
    /// Whether more of it is on its way.
    virtual void setGrowing(bool isGrowing);
    /// Null: it is searched as text.
    [[nodiscard]] virtual FindTarget *findTarget();
    /// The byte that text and hex go to when they take its place; none: they stay where they are.
    [[nodiscard]] virtual std::optional<qint64> caret() const;
    /// Where the caret is and how much there is, in a few words each, for the bar below.
    [[nodiscard]] virtual QStringList place() const;
    [[nodiscard]] virtual QStringList facts() const;
    /// It depends on the coding.
    [[nodiscard]] virtual bool readsText() const;

Q_SIGNALS:
    void placeChanged();            ///< or the facts
    void searchedTextChanged();     ///< of its find target
    void textWanted(qint64 offset); ///< it is to be seen as text
};

} // namespace keydesk
