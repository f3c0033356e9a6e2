#pragma once

#include "app/base/Background.h"
#include "app/body/LineIndex.h"
#include "ui/viewer/FilePane.h"

namespace keydesk {

class RoleLabel;
class TextPane;

/// XML and HTML laid out: one element a line. It is laid out off the UI thread, when no more of it is on its
/// way, and only up to a size; beyond it, and where it is not well-formed, the text is shown as it is, with a
/// sentence that says why.
class MarkupPane : public FilePane
{
    Q_OBJECT

public:
    static constexpr qint64 largest = 8LL * 1024 * 1024; ///< bytes that are laid out

    explicit MarkupPane(QWidget *parent = nullptr);
    ~MarkupPane() override;

    /// By its type, its name, or how it begins.
    static bool fits(const ShownFile &file);

    void setFile(const ShownFile &file) override;
    void refresh() override;
    void setGrowing(bool isGrowing) override;
    void clear() override;
    [[nodiscard]] FindTarget *findTarget() override;
    [[nodiscard]] QStringList place() const override;
    [[nodiscard]] QStringList facts() const override;
    [[nodiscard]] TextPane &text() const { return *m_text; }

private:
    /// What became of a file.
    struct LaidOut
    {
        QString text;
        QString problem; ///< why it is not laid out; then `text` is empty
    };

    static LaidOut laidOut(const TextPieces &text, bool isHtml, const std::atomic<bool> &stop);
    void stop();
    void layOut();
    void setNote(const QString &note);
    [[nodiscard]] bool isAsItIs() const;
    void show(const LaidOut &made);
    void show(const TextPieces &text, const QString &note);

    std::optional<ShownFile> m_file;
    bool m_isNew = true;                       // nothing of the file has been shown
    bool m_isStale = false;                    // it has grown since it was laid out, or will
    std::shared_ptr<std::atomic<bool>> m_stop; // of what is being laid out
    std::unique_ptr<LineIndex> m_lines;
    TextPane *m_text;
    RoleLabel *m_note;
    Background m_background;
};

} // namespace keydesk
