#include "ui/viewer/LargeCopy.h"

#include "app/http/BodyText.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMessageBox>
#include <QPushButton>

namespace keydesk {

namespace {

constexpr qint64 atOnce = 256LL * 1024;
constexpr qint64 askAbove = 16LL * 1024 * 1024;

void refuse(QWidget &parent, qint64 size)
{
    auto *box = new QMessageBox(
        QMessageBox::Information, LargeCopy::tr("Copy"),
        LargeCopy::tr("The selection has %1: too much for the clipboard. Save it to a file instead.")
            .arg(sizeText(size)),
        QMessageBox::Close, &parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace

void copyToClipboard(QWidget &parent, qint64 size, const CopyReading &read)
{
    if (size <= atOnce) {
        std::atomic<int> percent = 0;
        QGuiApplication::clipboard()->setText(read(false, percent));
    } else if (size <= askAbove) {
        new LargeCopy(size, read, &parent); // deletes itself
    } else if (size > mostCopied) {
        refuse(parent, size);
    } else {
        auto *box = new QMessageBox(
            QMessageBox::Question, LargeCopy::tr("Copy"),
            LargeCopy::tr("Copy %1 to the clipboard? Other programs may take long to paste it.")
                .arg(sizeText(size)),
            QMessageBox::Cancel, &parent);
        box->setAttribute(Qt::WA_DeleteOnClose);
        QPushButton *yes = box->addButton(LargeCopy::tr("Copy"), QMessageBox::AcceptRole);
        QObject::connect(box, &QMessageBox::buttonClicked, &parent,
                         [&parent, yes, size, read](QAbstractButton *clicked) {
                             if (clicked == static_cast<QAbstractButton *>(yes))
                                 new LargeCopy(size, read, &parent);
                         });
        box->open();
    }
}

LargeCopy::LargeCopy(qint64 size, const CopyReading &read, QWidget *parent)
    : QProgressDialog(parent)
    , m_state(std::make_shared<State>())
{
    constexpr int briefly = 300; // milliseconds, for which nothing is shown
    setWindowTitle(tr("Copy"));
    setLabelText(tr("Reading %1 for the clipboard…").arg(sizeText(size)));
    setMinimumDuration(briefly);
    connect(this, &QProgressDialog::canceled, this, &QObject::deleteLater);
    m_showsProgress.callOnTimeout(this, [this] { setValue(m_state->percent); });
    m_showsProgress.start(briefly / 3);
    m_background.run(
        this, [read, state = m_state] { return read(state->stop, state->percent); },
        [this](const QString &text) {
            if (text.size() > mostCopied)
                refuse(*parentWidget(), text.size());
            else if (!wasCanceled())
                QGuiApplication::clipboard()->setText(text);
            deleteLater();
        });
}

LargeCopy::~LargeCopy()
{
    m_state->stop = true;
}

} // namespace keydesk
