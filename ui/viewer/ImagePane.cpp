#include "ui/viewer/ImagePane.h"

#include "app/body/SvgCheck.h"
#include "app/http/BodyText.h"
#include "ui/setup/RoleLabel.h"
#include "ui/viewer/ImageView.h"
#include "ui/widgets/PageStack.h"

#include <QBoxLayout>
#include <QBuffer>
#include <QFileInfo>
#include <QImageReader>
#include <QLocale>

#include <atomic>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

/// A file for Qt's decoders. Reading fails once it is stopped, so that a picture that nobody waits for any
/// more ends at its next bytes.
class StoppableFile : public QIODevice
{
public:
    StoppableFile(std::shared_ptr<const FileBytes> bytes, std::shared_ptr<const std::atomic_bool> stop)
        : m_bytes(std::move(bytes))
        , m_stop(std::move(stop))
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }

    qint64 size() const override { return m_bytes->size(); }

protected:
    qint64 readData(char *data, qint64 most) override
    {
        return *m_stop ? -1 : m_bytes->readInto(data, pos(), most);
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    std::shared_ptr<const FileBytes> m_bytes;
    std::shared_ptr<const std::atomic_bool> m_stop;
};

bool isSvg(const ShownFile &file)
{
    return file.mimeType == "image/svg+xml" || QFileInfo(file.name).suffix().toLower() == u"svg"_s;
}

QString tooLarge(QSize size)
{
    return ImagePane::tr("it has %1 × %2 pixels, more than there is memory for")
        .arg(QLocale().toString(size.width()), QLocale().toString(size.height()));
}

/// It has no size of its own: one that does not fit is drawn smaller.
ImagePane::Decoded drawn(const FileBytes &file)
{
    constexpr qint64 largest = 8LL * 1024 * 1024;
    constexpr int longestSide = 4096; // pixels
    const QString format = u"SVG"_s;
    if (file.size() > largest)
        return {{}, {}, format, ImagePane::tr("it is a drawing of more than %1").arg(sizeText(largest))};
    QByteArray svg = file.read(0, largest);
    if (const std::optional<QString> problem = problemWithSvg(svg))
        return {{}, {}, format, *problem};
    QBuffer buffer(&svg);
    QImageReader reader(&buffer, "svg");
    const QSize size = reader.size();
    if (size.width() > longestSide || size.height() > longestSide)
        reader.setScaledSize(size.scaled(longestSide, longestSide, Qt::KeepAspectRatio));
    return {reader.read(), size, format, reader.errorString()};
}

ImagePane::Decoded decoded(const std::shared_ptr<const FileBytes> &bytes,
                           const std::shared_ptr<const std::atomic_bool> &stop)
{
    StoppableFile file(bytes, stop);
    QImageReader reader(&file); // refuses what would take more memory than its allocation limit
    reader.setAutoTransform(true);
    const QByteArray format = reader.format();
    if (format.startsWith("svg"))
        return drawn(*bytes);
    const QSize size = reader.size();
    const QImage image = reader.read();
    constexpr qint64 pixelsOfMegabyte = 1024LL * 1024 / 4;
    const bool isTooLarge = image.isNull() && qint64(size.width()) * size.height() >
                                                  QImageReader::allocationLimit() * pixelsOfMegabyte;
    return {image, size.isValid() ? size : image.size(), QString::fromLatin1(format).toUpper(),
            isTooLarge ? tooLarge(size) : reader.errorString()};
}

} // namespace

ImagePane::ImagePane(QWidget *parent)
    : FilePane(parent)
    , m_stack(new PageStack)
    , m_image(new ImageView)
    , m_sentence(new RoleLabel(theme::Role::Text))
{
    m_sentence->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_sentence->setContentsMargins(theme::panePadding, theme::panePadding, theme::panePadding,
                                   theme::panePadding);
    m_image->setFocusPolicy(Qt::StrongFocus);
    m_stack->addWidget(m_sentence);
    m_stack->addWidget(m_image);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack);
    setFocusProxy(m_image);
}

ImagePane::~ImagePane()
{
    stop();
}

bool ImagePane::fits(const ShownFile &file)
{
    if (file.mimeType.startsWith("image/") || isSvg(file))
        return true;
    const QByteArray suffix = QFileInfo(file.name).suffix().toLower().toLatin1();
    if (!suffix.isEmpty() && !suffix.startsWith("svg") &&
        QImageReader::supportedImageFormats().contains(suffix))
        return !file.isText || suffix.startsWith('x') ||
               suffix.startsWith('p'); // XBM, XPM, PPM … may be text
    return file.head.startsWith("\x89PNG\r\n\x1A\n") || file.head.startsWith("\xFF\xD8\xFF") ||
           file.head.startsWith("GIF8") || (file.head.startsWith("RIFF") && file.head.mid(8, 4) == "WEBP");
}

void ImagePane::stop()
{
    if (m_stop)
        *m_stop = true;
    m_stop.reset();
}

void ImagePane::setFile(const ShownFile &file)
{
    stop();
    m_bytes = file.text.sharedBytes();
    m_isSvg = isSvg(file);
    m_facts.clear();
    showSentence(tr("The picture is being read…"));
    if (file.isGrowing)
        setGrowing(true);
    else
        read();
}

void ImagePane::refresh()
{
    m_isStale = true;
}

void ImagePane::setGrowing(bool isGrowing)
{
    if (!isGrowing) {
        if (m_isStale)
            read();
        return;
    }
    stop();
    m_isStale = true;
    if (m_stack->currentWidget() == m_sentence)
        showSentence(tr("More of this picture is on its way. It is drawn once that is here."));
}

void ImagePane::showSentence(const QString &sentence)
{
    m_sentence->setText(sentence);
    m_stack->setCurrentWidget(m_sentence);
}

/// What was drawn of it before stays until then.
void ImagePane::read()
{
    stop();
    m_isStale = false;
    const auto stop = std::make_shared<std::atomic_bool>(false);
    m_stop = stop;
    m_background.run(
        this,
        [bytes = m_bytes, isSvg = m_isSvg, stop] { return isSvg ? drawn(*bytes) : decoded(bytes, stop); },
        [this, stop](const Decoded &picture) {
            if (stop == m_stop)
                show(picture);
        });
}

void ImagePane::clear()
{
    stop();
    m_bytes.reset();
    m_facts.clear();
    m_image->setImage({});
    m_sentence->clear();
    m_stack->setCurrentWidget(m_sentence);
}

void ImagePane::show(const Decoded &picture)
{
    m_facts.clear();
    if (picture.image.isNull()) {
        showSentence(tr("This picture cannot be drawn: %1. Text and Hex show the file as it is.")
                         .arg(picture.problem));
    } else {
        m_image->setImage(picture.image);
        m_stack->setCurrentWidget(m_image);
    }
    if (picture.size.isValid())
        m_facts << picture.format
                << tr("%1 × %2 pixels")
                       .arg(locale().toString(picture.size.width()),
                            locale().toString(picture.size.height()));
    Q_EMIT placeChanged();
}

} // namespace keydesk
