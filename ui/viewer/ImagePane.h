#pragma once

#include "app/base/Background.h"
#include "ui/viewer/FilePane.h"

#include <QImage>

#include <atomic>

class QStackedWidget;

namespace keydesk {

class ImageView;
class RoleLabel;

/// A picture in whatever format Qt reads, decoded off the UI thread within limits of size and memory, or a
/// drawing in SVG that app/body/SvgCheck.h lets through; or a sentence that says why it cannot be drawn.
class ImagePane : public FilePane
{
    Q_OBJECT

public:
    /// What became of a file; its image is null where there is a problem.
    struct Decoded
    {
        QImage image;
        QSize size; ///< as the file says
        QString format;
        QString problem;
    };

    explicit ImagePane(QWidget *parent = nullptr);
    ~ImagePane() override;

    /// By its type or its name, or by how PNG, JPEG, GIF and WebP begin.
    static bool fits(const ShownFile &file);

    void setFile(const ShownFile &file) override;
    void refresh() override;
    void setGrowing(bool isGrowing) override;
    void clear() override;
    [[nodiscard]] QStringList facts() const override { return m_facts; }
    [[nodiscard]] bool readsText() const override { return false; }

private:
    void stop();
    void showSentence(const QString &sentence);
    void read();
    void show(const Decoded &picture);

    std::shared_ptr<const FileBytes> m_bytes;
    bool m_isSvg = false;
    bool m_isStale = false;                   // it has grown since it was read, or will
    std::shared_ptr<std::atomic_bool> m_stop; // of what is being decoded
    QStringList m_facts;
    QStackedWidget *m_stack;
    ImageView *m_image;
    RoleLabel *m_sentence;
    Background m_background;
};

} // namespace keydesk
